import type pg from 'pg';
import { Leases } from '../relay/leases.ts';
import { failureOf } from './failures.ts';

/** By the database's clock, which is one for all. */
const HOLD = `
insert into leases as l (name, owner, fence, until) values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
  on conflict (name) do update set
    owner = excluded.owner,
    fence = case when l.owner = excluded.owner then l.fence else l.fence + 1 end,
    until = excluded.until
  where l.owner = excluded.owner or l.until <= clock_timestamp()
  returning fence`;

const RELEASE = `
update leases set until = clock_timestamp() where name = $1 and owner = $2`;

const HELD = `
select name from leases where starts_with(name, $1) and until > clock_timestamp() order by name`;

const FORGET = `
delete from leases where starts_with(name, $1) and until <= clock_timestamp()`;

/** Leases in the log's own database. */
export class PostgresLeases extends Leases {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super();
    this.#pool = pool;
  }

  async hold(name: string, owner: string, forMs: number): Promise<number | null> {
    const [row] = await this.#query<{ fence: string }>(`hold lease ${name}`, HOLD, [name, owner, forMs]);
    return row ? Number(row.fence) : null;
  }

  async held(prefix: string): Promise<readonly string[]> {
    const rows = await this.#query<{ name: string }>(`read leases ${prefix}`, HELD, [prefix]);
    return rows.map(({ name }) => name);
  }

  async forget(prefix: string): Promise<void> {
    await this.#query(`forget leases ${prefix}`, FORGET, [prefix]);
  }

  async release(name: string, owner: string): Promise<void> {
    await this.#query(`release lease ${name}`, RELEASE, [name, owner]);
  }

  async #query<Row extends pg.QueryResultRow>(doing: string, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.#pool.query<Row>(sql, [...values])).rows;
    } catch (cause) {
      throw failureOf(doing, cause);
    }
  }
}
