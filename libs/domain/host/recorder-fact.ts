import type { EventId } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import type { StackState } from '../stack/index.ts';

/** An event that the recorder found due, with what led to it. */
export interface Fact {
  readonly event: Decided;
  /** The deployment that it belongs to; null where the event itself began it. */
  readonly correlation: string | null;
  readonly causation: EventId | null;
  /** Last lines of a container, to be stored as an attachment before the event, which then names it. */
  readonly output: string | null;
}

/** A fact about a stack: caused by the newest event that concerns it. */
export const factOf = (
  state: StackState,
  event: Decided,
  { correlation, output = null }: { correlation?: string; output?: string | null } = {},
): Fact => ({
  event,
  correlation: correlation ?? state.last?.correlation ?? null,
  causation: state.last?.id ?? null,
  output,
});
