import type { ArchivedRange } from '#libs/contracts';
import type { ArchiveFiles } from '../archive/archive-files.ts';
import type { EventQuery } from '../event-log.ts';
import { fits, isMentioned, limitOf, typesOf } from '../query.ts';
import { readStored, type StoredEvent } from '../stored.ts';
import { RANGE_COLUMNS, type RangeRow, rangeOf } from './rows.ts';

type Query = <R extends object>(doing: string, sql: string, values?: readonly unknown[]) => Promise<readonly R[]>;

interface Question {
  readonly query: EventQuery;
  /** Of this many events at most. */
  readonly limit?: number;
  /** Those of `mentions`, where the question goes along them. */
  readonly keys?: readonly string[];
}

/**
 * Answers of the table, made whole by what left it. Rows leave in order and never come back, so a look at the archive after the table
 * was read says all that can be missing in what was read.
 */
export class ArchivedRows {
  readonly #query: Query;
  readonly #files: ArchiveFiles;

  constructor(query: Query, files: ArchiveFiles) {
    this.#query = query;
    this.#files = files;
  }

  /** `rows`: what the table answered. Throws `Archived` where a file is needed that can't be read here. */
  async complete(rows: readonly StoredEvent[], question: Question): Promise<readonly StoredEvent[]> {
    const { query } = question;
    if (query.onlyTable === true || isWhole(rows, question)) return rows;
    const ranges = await this.#ranges(question);
    const floor = ranges.at(-1)?.last ?? 0;
    const still = rows.filter(({ position }) => position > floor);
    const { limit = limitOf(query) } = question;
    if (query.order === 'newest') return [...still, ...(await this.#gather(ranges.reverse(), query, limit - still.length))];
    return [...(await this.#gather(ranges, query, limit)), ...still].slice(0, limit);
  }

  /** The event at a position that left the table. */
  async at(position: number): Promise<StoredEvent | null> {
    const [event] = await this.complete([], { query: { after: position - 1, before: position + 1 } });
    return event ?? null;
  }

  /** The chain's hash up to an event that left the table. Where a range ends, no file is needed for it. */
  async hashAt(position: number): Promise<string | null> {
    const [range] = await this.#ranges({ query: { after: position - 1, before: position + 1 } });
    return range?.last === position ? range.hash : ((await this.at(position))?.hash ?? null);
  }

  /** The format that was in force where the table begins. */
  async format(): Promise<number> {
    const sql = 'select format from archives where is_cut order by first desc limit 1';
    return (await this.#query<{ format: number }>('read the archive', sql))[0]?.format ?? 1;
  }

  async #gather(ranges: readonly ArchivedRange[], query: EventQuery, limit: number): Promise<readonly StoredEvent[]> {
    const found: StoredEvent[] = [];
    for (const range of ranges) {
      if (found.length >= limit) break;
      const events = (await this.#files.events(range)).filter((event) => isAskedFor(event, query));
      found.push(...(query.order === 'newest' ? events.reverse() : events));
    }
    return found.slice(0, Math.max(0, limit));
  }

  /** Cut ranges that may hold what is asked for, oldest first. */
  async #ranges({ query, keys = [] }: Question): Promise<ArchivedRange[]> {
    const values: unknown[] = [query.after ?? 0, query.before ?? Number.MAX_SAFE_INTEGER];
    const mark = (value: unknown): string => `$${values.push(value)}`;
    const where = ['is_cut', 'last > $1', 'first < $2'];
    if (query.from !== undefined) where.push(`last_at >= ${mark(query.from)}`);
    if (query.until !== undefined) where.push(`first_at < ${mark(query.until)}`);
    if (query.stack !== undefined) where.push(`${mark(query.stack)} = any (stacks)`);
    if (query.stream !== undefined) where.push(`${mark(query.stream)} = any (streams)`);
    const types = typesOf(query);
    if (types !== null) where.push(`types && ${mark(types)}::text[]`);
    const shared = keys.slice(1).map((key) => `and exists (select from mentions o where o.key = ${mark(key)} and o.position = m.position)`);
    if (keys[0] !== undefined)
      where.push(
        `exists (select from mentions m where m.key = ${mark(keys[0])} and m.position between archives.first and archives.last ${shared.join(' ')})`,
      );
    const sql = `select ${RANGE_COLUMNS} from archives where ${where.join(' and ')} order by first`;
    return (await this.#query<RangeRow>('read the archive', sql, values)).map(rangeOf);
  }
}

/** Nothing can be missing: it is full from the newest end, or goes on where it was asked to. The newest event never leaves the table. */
const isWhole = (rows: readonly StoredEvent[], { query, limit = limitOf(query) }: Question): boolean => {
  const { order = 'oldest', after = 0, before, limit: _, ...filters } = query;
  if (order === 'newest') return rows.length >= limit;
  const isPlain = Object.values(filters).every((filter) => filter === undefined);
  return isPlain && (rows[0] ? rows[0].position === Math.max(0, after) + 1 : before === undefined);
};

const isAskedFor = (event: StoredEvent, query: EventQuery): boolean => {
  if (!fits(event, query)) return false;
  return (query.host === undefined && query.container === undefined) || isMentioned(readStored(event), query);
};
