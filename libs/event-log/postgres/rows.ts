import type { Concern } from '#libs/contracts';
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
