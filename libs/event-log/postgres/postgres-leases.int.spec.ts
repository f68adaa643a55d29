import { afterAll, beforeAll, expect, it } from 'vitest';
import { leasesContract } from '../relay/leases.contract.ts';
import { PostgresLeases } from './postgres-leases.ts';
import { openTestDatabase, type TestDatabase } from './test-logs.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const pass = async (ms: number): Promise<void> => {
  await database.pool.query('update leases set until = until - make_interval(secs => $1::float8 / 1000)', [ms]);
};

leasesContract(() => ({ leases: new PostgresLeases(database.pool), pass }));

it('gives a lease to one of many that ask at once', async () => {
  const leases = new PostgresLeases(database.pool);
  const owners = Array.from({ length: 10 }, (_, i) => `replica-${i}`);
  const fences = await Promise.all(owners.map((owner) => leases.hold('asked', owner, 60_000)));
  expect(fences.filter((fence) => fence !== null)).toEqual([1]);
});
