import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { attachmentsContract } from '../attachments.contract.ts';
import { sealsContract } from '../seals.contract.ts';
import { migrate } from './migrate.ts';
import { PostgresAttachments } from './postgres-attachments.ts';
import { PostgresSeals } from './postgres-seals.ts';

let postgres: TestPostgres;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const config = await postgres.createDatabase();
  await migrate(config);
  pool = new pg.Pool(config);
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

attachmentsContract('PostgresAttachments', (clock) => new PostgresAttachments({ pool, clock }));

sealsContract('PostgresSeals', async (ids) => {
  await pool.query('truncate keys');
  return new PostgresSeals({ pool, ids });
});
