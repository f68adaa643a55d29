import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { beatsContract } from '../listening/beats.contract.ts';
import { PostgresBeats } from './postgres-beats.ts';
import { asRole } from './roles.ts';
import { openTestDatabase, type TestDatabase } from './test-logs.ts';

let database: TestDatabase;
let pools: pg.Pool[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  const config = asRole(database.config, 'append');
  pools = [new pg.Pool(config), new pg.Pool(config)];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.close();
});

beatsContract('PostgresBeats', async () => {
  const [one, other] = pools.map((pool) => new PostgresBeats(pool)) as [PostgresBeats, PostgresBeats];
  await pools[0]?.query('delete from listening');
  return { one, other };
});
