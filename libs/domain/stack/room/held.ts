import type { Claim } from './claim.ts';

/** What all containers hold of one host. */
export interface Held {
  readonly milliCpus: number;
  readonly memoryBytes: number;
  /** From the placement to the release. */
  readonly containers: number;
  /** Of these, the ones that count for the spread. */
  readonly staying: number;
  /** What comes back without a word of anybody: of containers that leave, or whose turn to leave comes. */
  readonly leaving: { readonly milliCpus: number; readonly memoryBytes: number };
}

export const HOLDS_NOTHING: Held = {
  milliCpus: 0,
  memoryBytes: 0,
  containers: 0,
  staying: 0,
  leaving: { milliCpus: 0, memoryBytes: 0 },
};

/** With one claim more, or less. */
export const heldAfter = (held: Held, claim: Claim, by: 1 | -1): Held => ({
  milliCpus: held.milliCpus + by * claim.milliCpus,
  memoryBytes: held.memoryBytes + by * claim.memoryBytes,
  containers: held.containers + by,
  staying: held.staying + (claim.isStaying ? by : 0),
  leaving: claim.isOnItsWay
    ? { milliCpus: held.leaving.milliCpus + by * claim.milliCpus, memoryBytes: held.leaving.memoryBytes + by * claim.memoryBytes }
    : held.leaving,
});
