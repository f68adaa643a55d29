import type { Reactor } from './reactor.ts';

/** How a reactor is, for whoever asks after the health of its process. */
export interface Condition {
  readonly position: () => number;
  readonly hindrance: () => string | null;
  readonly remarks: () => readonly string[];
}

export const conditionOf = (reactor: Reactor): Condition => ({
  position: () => reactor.world.position,
  hindrance: () => reactor.hindrance,
  remarks: () => reactor.remarks,
});
