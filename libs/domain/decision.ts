import type { EventData, EventId, EventType, Instant, StreamName } from '#libs/contracts';

/** An event that was decided; its id is given where it is appended. */
export type Decided = { [T in EventType]: { readonly stream: StreamName; readonly type: T; readonly data: EventData<T> } }[EventType];

/**
 * What is due in a state. It is a level: decided again from the same state it says the same, and once its events are
 * folded it says nothing.
 */
export interface Decision {
  readonly events: readonly Decided[];
  /** Streams, with their versions, on which the decision stands. Those appended to must be among them. */
  readonly expected: Readonly<Record<StreamName, number>>;
  readonly correlation: string;
  readonly causation: EventId | null;
  /** Decide again at this instant, though nothing may have happened. */
  readonly wakeAt?: Instant;
}
