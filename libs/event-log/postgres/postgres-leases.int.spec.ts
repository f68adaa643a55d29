import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { leasesContract } from '../relay/leases.contract.ts';
import { migrate } from './migrate.ts';
import { PostgresLeases } from './postgres-leases.ts';

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

const pass = async (ms: number): Promise<void> => {
  await pool.query('update leases set until = until - make_interval(secs => $1::float8 / 1000)', [ms]);
};

leasesContract(() => ({ leases: new PostgresLeases(pool), pass }));

it('gives a lease to one of many that ask at once', async () => {
  const leases = new PostgresLeases(pool);
  const owners = Array.from({ length: 10 }, (_, i) => `replica-${i}`);
  const fences = await Promise.all(owners.map((owner) => leases.hold('asked', owner, 60_000)));
  expect(fences.filter((fence) => fence !== null)).toEqual([1]);
});
