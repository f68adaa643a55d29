import { afterAll, beforeAll } from 'vitest';
import { attachmentsContract } from '../attachments.contract.ts';
import { sealsContract } from '../seals.contract.ts';
import { PostgresAttachments } from './postgres-attachments.ts';
import { PostgresSeals } from './postgres-seals.ts';
import { openTestDatabase, type TestDatabase } from './test-logs.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

attachmentsContract('PostgresAttachments', (clock) => new PostgresAttachments({ pool: database.pool, clock }));

sealsContract('PostgresSeals', async (ids) => {
  await database.pool.query('truncate keys');
  return new PostgresSeals({ pool: database.pool, ids });
});
