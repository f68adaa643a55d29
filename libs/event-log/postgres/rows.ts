import type { ArchivedRange, Concern } from '#libs/contracts';
import type { StoredEvent } from '../stored.ts';

export const COLUMNS = `position, incarnation, lane, lane_no, stream, version, id, type, v, concerns, subject, at, actor, correlation, causation,
  data, encode(hash, 'hex') as hash`;

/** As `pg` gives it: int8 is text there. */
export interface EventRow {
  readonly position: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly lane_no: string;
  readonly stream: string;
  readonly version: string;
  readonly id: string;
  readonly type: string;
  readonly v: number;
  readonly concerns: Concern;
  readonly subject: string;
  readonly at: string;
  readonly actor: string;
  readonly correlation: string;
  readonly causation: string | null;
  readonly data: string;
  readonly hash: string;
}

export const storedOf = ({ lane_no, ...row }: EventRow): StoredEvent => ({
  ...row,
  position: Number(row.position),
  incarnation: Number(row.incarnation),
  laneNo: Number(lane_no),
  version: Number(row.version),
  at: Number(row.at),
});

export const RANGE_COLUMNS = `first, last, first_at, last_at, file, bytes, sha256, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash,
  is_cut`;

export interface RangeRow {
  readonly first: string;
  readonly last: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly file: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly previous: string;
  readonly hash: string;
  readonly is_cut: boolean;
}

export const rangeOf = ({ first, last, first_at, last_at, bytes, is_cut, ...row }: RangeRow): ArchivedRange => ({
  ...row,
  first: Number(first),
  last: Number(last),
  firstAt: Number(first_at),
  lastAt: Number(last_at),
  bytes: Number(bytes),
  isCut: is_cut,
});
