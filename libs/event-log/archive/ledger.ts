import type { ArchivedRange, Instant } from '#libs/contracts';
import type { StoredEvent } from '../stored.ts';

/** The side of the log's table: what is archived, and the only way by which rows leave it. */
export abstract class Ledger {
  /** Oldest first; each begins where the one before ends, and the first at position 1. With bounds: those that hold any position of them. */
  abstract ranges(bounds?: { readonly from: number; readonly to: number }): Promise<readonly ArchivedRange[]>;
  /** Events that are still in the table, oldest first. */
  abstract stored(after: number, limit: number): Promise<readonly StoredEvent[]>;
  abstract headPosition(): Promise<number>;
  /** The first position of this instant or a later one; beyond the head when there is none. */
  abstract positionAt(instant: Instant): Promise<number>;
  abstract now(): Promise<Instant>;
  /** The position of the newest world that is kept of this very log: who starts reads on behind it. 0 where there is none. */
  abstract coveredPosition(): Promise<number>;
  /** Notes a range whose file is on disk. Refused unless it is the next one and the table has the same events. Does nothing when it is noted. */
  abstract note(range: Omit<ArchivedRange, 'isCut'>): Promise<void>;
  /** The rows of a noted range leave the table. Refused unless all before it did and the table has what was noted. Does nothing when they did. */
  abstract cut(range: ArchivedRange): Promise<void>;
}
