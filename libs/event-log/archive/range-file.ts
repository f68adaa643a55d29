import { Rejected } from '#libs/contracts';
import { chainHash, type StoredEvent } from '../stored.ts';

/** The first line of a file; each further line is an event as it was stored, oldest first. */
interface RangeHeader {
  readonly berth: 'archive';
  readonly format: 1;
  readonly first: number;
  readonly last: number;
  /** Hex; of the event before the range, and of its last one. */
  readonly previous: string;
  readonly hash: string;
}

export interface RangeFile {
  readonly header: RangeHeader;
  readonly events: readonly StoredEvent[];
}

/** Throws `Rejected` unless each event fits its hash and the one before: a broken chain is not made good by archiving it. */
export const rangeText = (previous: string, events: readonly StoredEvent[]): string => {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Rejected('archive a range: it has no events');
  const header: RangeHeader = { berth: 'archive', format: 1, first: first.position, last: last.position, previous, hash: last.hash };
  checkChain(header, events);
  return `${[header, ...events].map((line) => JSON.stringify(line)).join('\n')}\n`;
};

/** Throws `Rejected` that says what is wrong with the file. */
export const readRangeText = (text: string): RangeFile => {
  const [first = '', ...lines] = text.split('\n');
  if (lines.pop() !== '') throw new Rejected('read archive file: its last line is cut off');
  const header = parsed<RangeHeader>(first, 1);
  if (header.berth !== 'archive' || header.format !== 1) throw new Rejected('read archive file: its first line is no header of format 1');
  const events = lines.map((line, n) => parsed<StoredEvent>(line, n + 2));
  checkChain(header, events);
  return { header, events };
};

const checkChain = ({ first, last, previous, hash }: RangeHeader, events: readonly StoredEvent[]): void => {
  let before = previous;
  for (const [n, event] of events.entries()) {
    if (event.position !== first + n) throw new Rejected(`position ${first + n}: position ${event.position} stands in its place`);
    before = chainHash(before, event);
    if (event.hash !== before) throw new Rejected(`position ${event.position}: its columns do not fit its hash and the hash before it`);
  }
  if (first + events.length !== last + 1) throw new Rejected(`position ${first + events.length}: it and all up to ${last} are missing`);
  if (before !== hash) throw new Rejected(`position ${last}: the file names another hash for it`);
};

const parsed = <T>(line: string, number: number): T => {
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new Rejected(`read archive file: line ${number} is no JSON`, { cause });
  }
};
