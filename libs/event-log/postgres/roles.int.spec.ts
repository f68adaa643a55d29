import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, StackName } from '#libs/contracts';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { migrate } from './migrate.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { asRole, ROLES } from './roles.ts';
import { EMPTY_APPEND, servers } from './test-logs.ts';

const clock = new ManualClock();
const DENIED = '42501';
const rewrites = {
  insert: 'insert into events select * from events where position = 1',
  update: "update events set data = '{}'",
  delete: 'delete from events',
  truncate: 'truncate events',
  'move the head': 'update head set position = 0',
  'remove the head': 'delete from head',
  'move a stream': 'update streams set version = 0',
  'forget migrations': 'delete from migrations_log',
  'switch triggers off': 'alter table events disable trigger all',
  'act as the owner': `set role ${ROLES.migrate}`,
  'replace the append': 'create or replace function netstring(value text) returns text language sql as $$ select value $$',
  'make a table': 'create table mine (a int)',
};

describe.each(Object.entries(servers))('%s', (_, programs) => {
  let postgres: TestPostgres;
  let owner: pg.PoolConfig;
  const pools: Partial<Record<keyof typeof ROLES, pg.Pool>> = {};
  const by = (role: keyof typeof ROLES): pg.Pool => {
    pools[role] ??= new pg.Pool(asRole(owner, role));
    return pools[role];
  };
  const codeOf = async (role: keyof typeof ROLES, sql: string): Promise<string> =>
    by(role)
      .query(sql)
      .then(
        () => 'done',
        (cause: { code?: string }) => cause.code ?? 'unknown',
      );

  beforeAll(async () => {
    postgres = await startTestPostgres(programs);
    owner = await postgres.createDatabase();
    await migrate(owner);
    const log = new PostgresEventLog({ pool: by('append'), clock, report: () => undefined });
    const ids = new CountingIds();
    const data = { stack: 'shop' as StackName, version: 1 };
    const event = { id: ids.event(), type: 'VersionRetired', data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
    const [result] = await log.append([{ incarnation: 1, expected: { 'stack/shop': 0 }, events: [{ stream: 'stack/shop', event }] }]);
    expect(result?.status).toBe('appended');
  });
  afterAll(async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
    await postgres.stop();
  });

  it.each(Object.entries(rewrites))('who appends can not %s', async (_what, sql) => {
    expect(await codeOf('append', sql)).toBe(DENIED);
  });

  it('who appends keeps checkpoints, leases, keys and attachments', async () => {
    for (const table of ['checkpoints', 'snapshots', 'leases', 'keys', 'attachments'])
      expect(await codeOf('append', `delete from ${table}`)).toBe('done');
  });

  it('who reads can write nothing, append nothing, and has no key', async () => {
    expect(await codeOf('read', 'select * from events')).toBe('done');
    for (const sql of ['select * from keys', 'delete from checkpoints', EMPTY_APPEND, rewrites.update])
      expect(await codeOf('read', sql)).toBe(DENIED);
  });

  it('who backs up reads everything and changes nothing', async () => {
    for (const table of ['events', 'head', 'keys', 'migrations_log']) expect(await codeOf('backup', `select * from ${table}`)).toBe('done');
    for (const sql of ['delete from keys', EMPTY_APPEND, rewrites.delete]) expect(await codeOf('backup', sql)).toBe(DENIED);
  });

  it("a table of its own name in the caller's session is not where the log writes", async () => {
    const client = await by('append').connect();
    const shadowed = await client.query('create temp table head (incarnation int8)').then(
      () => client.query(EMPTY_APPEND),
      (cause: unknown) => cause,
    );
    expect(shadowed).toMatchObject({ rows: [{ append_items: 2 }] });
    client.release(true);
  });

  it('the tables belong to who migrates, who is no superuser', async () => {
    const { rows } = await by('read').query("select distinct tableowner as owner from pg_tables where schemaname = 'public'");
    expect(rows).toEqual([{ owner: ROLES.migrate }]);
    expect(await codeOf('migrate', "select pg_read_file('/etc/hostname')")).toBe(DENIED);
  });

  it('a table that a later migration makes has its rights after it', async () => {
    await by('migrate').query('create table of_a_view (a int)');
    expect(await codeOf('append', 'insert into of_a_view values (1)')).toBe(DENIED);
    await migrate(owner, { name: 'later', migrations: [] });
    expect(await codeOf('append', 'insert into of_a_view values (1)')).toBe('done');
  });
});
