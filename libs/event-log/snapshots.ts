/** Where in the log a snapshot was taken. */
interface SnapshotPlace {
  readonly incarnation: number;
  readonly position: number;
  /** The chain's hash (hex) up to that position. */
  readonly hash: string;
}

export interface Snapshot extends SnapshotPlace {
  readonly id: number;
}

export interface NewSnapshot extends SnapshotPlace {
  /** Of several that take one of the same slot, the first does. */
  readonly slot: number;
}

/** Who began and was not done after so long has died. */
export const BEGUN_MS = 600_000;
/** So many of a name and release are kept: who reads one must not lose it to the next. */
export const SNAPSHOTS_KEPT = 2;

/**
 * What was folded from the log, beside it, in parts. Each belongs to the release that folded it, and no other sees it. It may be gone at any
 * moment, for the log says it all; and it may be of a log that lost its tail: whoever reads one compares its hash with the log.
 */
export abstract class Snapshots {
  /** Whole ones under this name, newest position first. */
  abstract list(name: string): Promise<readonly Snapshot[]>;
  /** The parts in their order. Throws where one is missing. */
  abstract read(snapshot: Snapshot): AsyncIterable<Uint8Array>;
  /**
   * Takes the parts one after the other. False, and no part is asked for, where the slot is taken: by a whole one or one that was begun
   * lately, unless that is of an earlier incarnation.
   */
  abstract save(name: string, snapshot: NewSnapshot, parts: Iterable<Uint8Array>): Promise<boolean>;
}
