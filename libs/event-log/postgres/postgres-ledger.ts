import pg from 'pg';
import { type ArchivedRange, Rejected } from '#libs/contracts';
import { Ledger } from '../archive/ledger.ts';
import type { StoredEvent } from '../stored.ts';
import { failureOf } from './failures.ts';
import { COLUMNS, type EventRow, RANGE_COLUMNS, type RangeRow, rangeOf, storedOf } from './rows.ts';

/** What `raise exception` in a function of ours says. */
const REFUSED = 'P0001';

/** As the user who may archive, or as the owner of the tables. */
export class PostgresLedger extends Ledger {
  readonly #pool: pg.Pool;

  /** Connects when it is used. */
  constructor(config: pg.PoolConfig, report: (problem: string, cause: unknown) => void) {
    super();
    this.#pool = new pg.Pool({ ...config, max: 2 });
    this.#pool.on('error', (cause) => report('idle connection of the archive', cause));
  }

  async ranges({ from, to } = { from: 0, to: Number.MAX_SAFE_INTEGER }): Promise<readonly ArchivedRange[]> {
    const sql = `select ${RANGE_COLUMNS} from archives where last >= $1 and first <= $2 order by first`;
    return (await this.#query<RangeRow>('read the archive', sql, [from, to])).map(rangeOf);
  }

  async stored(after: number, limit: number): Promise<readonly StoredEvent[]> {
    const sql = `select ${COLUMNS} from events where position > $1 order by position limit $2`;
    return (await this.#query<EventRow>('read the log', sql, [after, limit])).map(storedOf);
  }

  headPosition(): Promise<number> {
    return this.#number('select position as it from head');
  }

  /** Nothing that left the table is asked for. */
  positionAt(instant: number): Promise<number> {
    return this.#number('select first_position_at($1) as it', [instant]);
  }

  now(): Promise<number> {
    return this.#number('select (extract(epoch from clock_timestamp()) * 1000)::int8 as it');
  }

  coveredPosition(): Promise<number> {
    return this.#number(
      'select coalesce(max(s.position), 0) as it from snapshots s join events e on e.position = s.position and e.hash = s.hash where s.parts is not null',
    );
  }

  async note(range: Omit<ArchivedRange, 'isCut'>): Promise<void> {
    await this.#query('note an archived range', 'select note_archive($1)', [JSON.stringify(range)]);
  }

  async cut({ last }: ArchivedRange): Promise<void> {
    await this.#query('cut the log', 'select cut_archive($1)', [last]);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #number(sql: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.#query<{ it: string }>('read the log', sql, values);
    return Number(row?.it ?? 0);
  }

  async #query<R extends object>(doing: string, sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(sql, [...values])).rows;
    } catch (cause) {
      if ((cause as { code?: string }).code === REFUSED) throw new Rejected((cause as Error).message, { cause });
      throw failureOf(doing, cause);
    }
  }
}
