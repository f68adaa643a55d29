import { existsSync } from 'node:fs';
import pg from 'pg';
import type { Clock } from '#libs/clock';
import { startTestPostgres } from '#libs/testing';
import { migrate } from './migrate.ts';
import { PostgresEventLog } from './postgres-event-log.ts';

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';

/** The embedded server, and Debian's where it is installed: by name, the folder of its programs. */
export const servers: Readonly<Record<string, string | undefined>> = {
  'embedded PostgreSQL': undefined,
  ...(existsSync(DEBIAN_15) ? { 'PostgreSQL 15': DEBIAN_15 } : {}),
};

/** Is denied to who may not append; appends nothing for who may. */
export const EMPTY_APPEND = `select append_items(null${", '{}'".repeat(16)})`;

const failLoudly = (problem: string, cause: unknown): void => {
  throw new Error(problem, { cause });
};

/** A database with the log's tables, on a server of its own. */
export interface TestDatabase {
  readonly config: pg.PoolConfig;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** `programs`: those of another PostgreSQL than the embedded one. */
export const openTestDatabase = async (programs?: string): Promise<TestDatabase> => {
  const postgres = await startTestPostgres(programs);
  const config = await postgres.createDatabase();
  await migrate(config);
  const pool = new pg.Pool(config);
  const close = async (): Promise<void> => {
    await pool.end();
    await postgres.stop();
  };
  return { config, pool, close };
};

/** Two programs over one log, on a server of its own; events have the clock's time. */
export class TwoLogs {
  readonly config: pg.PoolConfig;
  readonly pool: pg.Pool;
  log: PostgresEventLog;
  other: PostgresEventLog;
  readonly #database: TestDatabase;
  readonly #otherPool: pg.Pool;
  readonly #clock: Clock;

  static async open(clock: Clock, programs?: string): Promise<TwoLogs> {
    const logs = new TwoLogs(await openTestDatabase(programs), clock);
    await logs.#start();
    return logs;
  }

  private constructor(database: TestDatabase, clock: Clock) {
    this.#database = database;
    this.config = database.config;
    this.pool = database.pool;
    this.#otherPool = new pg.Pool(database.config);
    this.#clock = clock;
    this.log = this.#logOver(this.pool);
    this.other = this.#logOver(this.#otherPool);
  }

  /** Makes the log as new, and both programs too: they would notice that it lacks what they saw. */
  async empty(): Promise<void> {
    await Promise.all([this.log.close(), this.other.close()]);
    await this.pool.query('truncate events, streams, checkpoints, mentions, archives, head; insert into head default values');
    this.log = this.#logOver(this.pool);
    this.other = this.#logOver(this.#otherPool);
    await this.#start();
  }

  async close(): Promise<void> {
    await Promise.all([this.log.close(), this.other.close()]);
    await this.#otherPool.end();
    await this.#database.close();
  }

  async #start(): Promise<void> {
    await Promise.all([this.log.start(), this.other.start()]);
  }

  #logOver(pool: pg.Pool): PostgresEventLog {
    return new PostgresEventLog({ pool, clock: this.#clock, report: failLoudly, timeOf: 'clock' });
  }
}
