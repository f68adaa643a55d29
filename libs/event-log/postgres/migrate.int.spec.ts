import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Transient } from '#libs/contracts';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { isMigrated, migrate } from './migrate.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const tablesOf = async (config: pg.PoolConfig): Promise<readonly string[]> => {
  const client = new pg.Client(config);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  await client.end();
  return rows.map(({ name }) => name).sort();
};

it('makes the tables once when several programs start together, and finds them there later', async () => {
  const config = await postgres.createDatabase();
  await Promise.all([migrate(config), migrate(config), migrate(config)]);
  await migrate(config);
  const own = ['archives', 'attachments', 'checkpoints', 'events', 'head', 'keys', 'leases', 'listening', 'mentions', 'migrations_log'];
  expect(await tablesOf(config)).toEqual([...own, 'replicas', 'snapshot_parts', 'snapshots', 'streams']);
});

class Shelf1 implements MigrationInterface {
  readonly name = 'Shelf1763683200001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table shelf (book text)');
  }
  async down(): Promise<void> {
    throw new Error('stay');
  }
}

it('runs the set of somebody else beside its own', async () => {
  const config = await postgres.createDatabase();
  await migrate(config, { name: 'shelf', migrations: [Shelf1] });
  await migrate(config, { name: 'shelf', migrations: [Shelf1] });
  expect(await tablesOf(config)).toEqual(['migrations_shelf', 'shelf']);
});

it('can tell before and after', async () => {
  const pool = new pg.Pool(await postgres.createDatabase());
  expect(await isMigrated(pool)).toBe(false);
  await migrate(pool.options);
  expect(await isMigrated(pool)).toBe(true);
  await pool.query('delete from migrations_log where id = (select max(id) from migrations_log)');
  expect(await isMigrated(pool)).toBe(false);
  await pool.end();
  await expect(isMigrated(new pg.Pool({ host: '/tmp/nobody-listens-here', user: 'berth' }))).rejects.toThrow(Transient);
});

it('takes a URL', async () => {
  const { host = '', user = '', database = '' } = await postgres.createDatabase();
  await migrate({ connectionString: `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}` });
  expect(await tablesOf({ host, user, database })).toContain('events');
});

it('says Transient when there is no server', async () => {
  await expect(migrate({ host: '/tmp/nobody-listens-here', user: 'berth' })).rejects.toThrow(Transient);
});
