import type pg from 'pg';
import type { Instant } from '#libs/contracts';
import { Beats } from '../listening/beats.ts';
import { failureOf } from './failures.ts';

const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::int8';

/** In the log's own database, by its clock. */
export class PostgresBeats extends Beats {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super();
    this.#pool = pool;
  }

  async heard(consumer: string): Promise<{ readonly last: Instant | null; readonly now: Instant }> {
    const sql = `select (select at from listening where consumer = $1) as last, ${NOW} as now`;
    const [row] = await this.#query<{ last: string | null; now: string }>(sql, consumer);
    return { last: row?.last == null ? null : Number(row.last), now: Number(row?.now) };
  }

  async beat(consumer: string): Promise<Instant> {
    const sql = `insert into listening (consumer, at) values ($1, ${NOW}) on conflict (consumer) do update set at = greatest(listening.at, excluded.at) returning ${NOW} as now`;
    const [row] = await this.#query<{ now: string }>(sql, consumer);
    return Number(row?.now);
  }

  async #query<R extends object>(sql: string, consumer: string): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(sql, [consumer])).rows;
    } catch (cause) {
      throw failureOf(`beat of ${consumer}`, cause);
    }
  }
}
