import type pg from 'pg';
import type { ReplicaView } from '#libs/contracts';
import { failureOf } from './failures.ts';

/** By the database's clock, which is one for all. What is long gone goes. */
const BEAT = `
with gone as (delete from replicas where until < clock_timestamp() - interval '1 hour')
insert into replicas (replica, service, release, reads, until) values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5::float8 / 1000))
  on conflict (replica) do update set until = excluded.until, reads = excluded.reads`;

const THERE = 'select service, replica, release, reads from replicas where until > clock_timestamp() order by service, replica';

/** Which processes read the log now. */
export class PostgresReplicas {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async beat({ replica, service, release, reads }: ReplicaView, forMs: number): Promise<void> {
    await this.#query(`tell of replica ${replica}`, BEAT, [replica, service, release, reads, forMs]);
  }

  async leave(replica: string): Promise<void> {
    await this.#query(`take leave of replica ${replica}`, 'delete from replicas where replica = $1', [replica]);
  }

  there(): Promise<readonly ReplicaView[]> {
    return this.#query<ReplicaView>('read the replicas', THERE, []);
  }

  async #query<R extends object>(doing: string, sql: string, values: readonly unknown[]): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(sql, [...values])).rows;
    } catch (cause) {
      throw failureOf(doing, cause);
    }
  }
}
