import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { beatsContract } from '../listening/beats.contract.ts';
import { migrate } from './migrate.ts';
import { PostgresBeats } from './postgres-beats.ts';
import { asRole } from './roles.ts';

let postgres: TestPostgres;
let pools: pg.Pool[] = [];
beforeAll(async () => {
  postgres = await startTestPostgres();
  const config = await postgres.createDatabase();
  await migrate(config);
  pools = [new pg.Pool(asRole(config, 'append')), new pg.Pool(asRole(config, 'append'))];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.stop();
});

beatsContract('PostgresBeats', async () => {
  const [one, other] = pools.map((pool) => new PostgresBeats(pool)) as [PostgresBeats, PostgresBeats];
  await pools[0]?.query('delete from listening');
  return { one, other };
});
