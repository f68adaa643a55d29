import type { Instant } from './ids.ts';

/** A range of positions that stands in a file of the archive. */
export interface ArchivedRange {
  readonly first: number;
  readonly last: number;
  /** Of its first and its last event. */
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Name in the folder of the archive. */
  readonly file: string;
  /** Of the file as it was written. */
  readonly bytes: number;
  readonly sha256: string;
  /** Hex; of the event before the range, and of its last one. */
  readonly previous: string;
  readonly hash: string;
  /** Its rows left the table: it is read from the file alone. */
  readonly isCut: boolean;
}

/** `GET /v1/archive`. */
export interface ArchiveView {
  readonly ranges: readonly ArchivedRange[];
  /** Where the gateway keeps the files; null where it has no place for them. */
  readonly folder: string | null;
}

/** `POST /v1/archive`: so far it came in this call. */
export interface ArchiveWritten {
  readonly written: readonly ArchivedRange[];
  /** There is more to write: call again. */
  readonly goesOn: boolean;
}

/** `POST /v1/archive/cut`: so far it came in this call. */
export interface ArchiveCut {
  readonly cut: readonly ArchivedRange[];
  readonly goesOn: boolean;
  /** Archived ranges that stay in the table, and why; null where none stays. */
  readonly kept: string | null;
}

/** `GET /v1/archive/verify`. */
export interface ArchiveVerdict {
  readonly status: 'intact' | 'broken';
  readonly files: number;
  readonly findings: readonly { readonly file: string; readonly fault: string }[];
}

/** Where a page of events went through the archive. */
export type ArchivedPlace = Pick<ArchivedRange, 'first' | 'last' | 'file'>;
