import type { Move } from '../model/state.ts';

/** A path as a person reads it: what happened in order, and when time had passed. */
export const timelineOf = (path: readonly Move[]): string =>
  path.map(({ label, next }, nth) => `${String(nth + 1).padStart(4)}  ${(next.now / 1000).toFixed(1).padStart(5)} s  ${label}`).join('\n');
