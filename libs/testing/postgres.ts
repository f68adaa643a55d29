import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import pg from 'pg';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';

export interface TestPostgres {
  /** A new, empty database for each call; `migrate(config)` makes the log's tables in it. */
  createDatabase(): Promise<pg.PoolConfig>;
  /** Ends the server and removes its data. End your pools before. */
  stop(): Promise<void>;
}

/** Quick and forgetful: what is written may not survive the machine. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/** A PostgreSQL server of this test file's own; it dies with the test's process. `programs`: those of another PostgreSQL. */
export const startTestPostgres = async (programs?: string): Promise<TestPostgres> => {
  const dir = mkdtempSync('/tmp/berth-test-');
  chmodSync(dir, 0o755);
  const server = await startEmbeddedPostgres({ dir, settings: SETTINGS, ...(programs === undefined ? {} : { programs }) });
  const admin = new pg.Client(server.config);
  await admin.connect();
  let count = 0;
  return {
    createDatabase: async () => {
      const database = `test${++count}`;
      await admin.query(`create database ${database}`);
      return { ...server.config, database };
    },
    stop: async () => {
      await admin.end();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
