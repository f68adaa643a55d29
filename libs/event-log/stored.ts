import { createHash } from 'node:crypto';
import { type BerthEvent, type Concern, editions } from '#libs/contracts';
import { Unreadable } from './unreadable.ts';

/** An event as a twin keeps it, column by column. `data` is the exact text that was appended. */
export interface StoredEvent {
  readonly position: number;
  readonly incarnation: number;
  readonly lane: number;
  readonly laneNo: number;
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly v: number;
  /** Whether it concerns a stack, a host or all of Berth, and which. */
  readonly concerns: Concern;
  readonly subject: string;
  readonly at: number;
  readonly actor: string;
  readonly correlation: string;
  readonly causation: string | null;
  readonly data: string;
  /** Hex. SHA-256 of the hash before it and of `chainText` of this event. */
  readonly hash: string;
}

/** Hex; what stands before the first event. */
export const GENESIS = '0'.repeat(64);

/**
 * What the chain covers: each column as a netstring (`<bytes>:<text>,`), `-` for null, in this order. The function `append_items`
 * builds the same text.
 */
const chainText = (e: Omit<StoredEvent, 'hash'>): string =>
  [
    ...[e.position, e.incarnation, e.lane, e.laneNo, e.stream, e.version, e.id, e.type, e.v, e.concerns, e.subject, e.at],
    ...[e.actor, e.correlation, e.causation, e.data],
  ]
    .map((column) => (column === null ? '-' : netstring(String(column))))
    .join('');

export const chainHash = (previous: string, event: Omit<StoredEvent, 'hash'>): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(chainText(event)).digest('hex');

/** In the newest version, whatever it was written in. Throws `Unreadable` that names the event which can't be read. */
export const readStored = (stored: StoredEvent, known = editions): BerthEvent => {
  const { concerns: _, subject: __, hash: ___, ...envelope } = stored;
  try {
    const data = known.read(stored.type, stored.v, JSON.parse(stored.data));
    return { ...envelope, v: known.current(stored.type), data } as BerthEvent;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Unreadable(stored, words, { cause });
  }
};

const netstring = (text: string): string => `${Buffer.byteLength(text)}:${text},`;
