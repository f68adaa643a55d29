import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock, SystemIds } from '#libs/clock';
import { type AnyNewEvent, type StackName, Transient } from '#libs/contracts';
import { unprivilegedAccount } from '../embedded/account.ts';
import { makePrivate } from '../embedded/place.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/server.ts';
import type { AppendItem } from '../event-log.ts';
import { migrate } from './migrate.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { asRole } from './roles.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';
const clock = new SystemClock();
const ids = new SystemIds();

describe.skipIf(!existsSync(PROGRAMS) || process.getuid?.() !== 0)('a log whose database', () => {
  let dir: string;
  let server: EmbeddedPostgres;
  let pool: pg.Pool;
  let log: PostgresEventLog;
  let version = 0;

  const begin = async (settings: Record<string, string> = {}): Promise<void> => {
    server = await startEmbeddedPostgres({ dir: join(dir, 'pg'), programs: PROGRAMS, settings: { fsync: 'off', ...settings } });
    await migrate(server.config);
    pool = new pg.Pool({ ...asRole(server.config, 'append'), query_timeout: 500, connectionTimeoutMillis: 500 });
    pool.on('error', () => undefined);
    log = new PostgresEventLog({ pool, clock, report: () => undefined });
    expect(await log.append([next()])).toMatchObject([{ status: 'appended' }]);
  };
  /** The next event of the stack, about `size` bytes large, which do not get smaller by compression. */
  const next = (size = 1): AppendItem => {
    const data = { stack: 'shop' as StackName, version: ++version };
    const event = {
      id: ids.event(),
      type: 'VersionRetired',
      data,
      actor: Buffer.from(ids.bytes(size)).toString('base64'),
      correlation: 'x',
      causation: null,
    } as AnyNewEvent;
    return { incarnation: 1, expected: { 'stack/shop': version - 1 }, events: [{ stream: 'stack/shop', event }] };
  };
  const asOwner = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client(server.config);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  /** Connects until nobody is let in any more. */
  const everyConnection = async (): Promise<readonly pg.Client[]> => {
    const clients: pg.Client[] = [];
    for (;;) {
      const client = new pg.Client(asRole(server.config, 'read'));
      const isIn = await client.connect().then(
        () => true,
        () => false,
      );
      if (!isIn) return clients;
      clients.push(client);
    }
  };
  /** What was refused for now is taken when it is sent again, once, without anybody's help. */
  const takes = async (item: AppendItem): Promise<void> => {
    const [result] = await log.append([item]);
    expect(['appended', 'already']).toContain(result?.status);
    expect(await log.readStream('stack/shop')).toHaveLength(version);
    expect(await log.hindrance()).toBeNull();
  };

  beforeEach(() => {
    dir = mkdtempSync('/tmp/berth-away-');
    chmodSync(dir, 0o755);
    version = 0;
  });
  afterEach(async () => {
    await pool.end();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The server takes its new settings a moment after it was told to. */
  const isReadOnly = (setting: 'on' | 'off'): Promise<unknown> => {
    const isSo = async (): Promise<boolean> =>
      (await pool.query('show default_transaction_read_only')).rows[0]?.default_transaction_read_only === setting;
    return vi.waitUntil(isSo, { timeout: 20_000 });
  };

  it('is read-only says so, and takes the same items again', async () => {
    await begin();
    await asOwner('alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
    await isReadOnly('on');
    const item = next();
    await expect(log.append([item])).rejects.toBeInstanceOf(Transient);
    expect(await log.hindrance()).toBe('the database is read-only');
    await asOwner('set default_transaction_read_only = off', 'alter system reset default_transaction_read_only', 'select pg_reload_conf()');
    await isReadOnly('off');
    await takes(item);
  });

  it('has no connection left says so, and goes on when there is one', async () => {
    await begin({ max_connections: '8' });
    await pool.end();
    pool = new pg.Pool({ ...asRole(server.config, 'append'), connectionTimeoutMillis: 500 });
    log = new PostgresEventLog({ pool, clock, report: () => undefined });
    const others = await everyConnection();
    const item = next();
    await expect(log.append([item])).rejects.toBeInstanceOf(Transient);
    expect(await log.hindrance()).toBe('the database has no connection left');
    await Promise.all(others.map((each) => each.end()));
    await expect.poll(() => log.append([item]).catch(() => null)).toMatchObject([{ status: 'appended' }]);
    expect(await log.hindrance()).toBeNull();
  });

  it('is frozen fails what waits for it, and is used again when it goes on', async () => {
    await begin();
    const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && folderOf(pid) === realpathSync(join(dir, 'pg', 'data')));
    expect(processes.length).toBeGreaterThan(1);
    const item = next();
    for (const pid of processes) process.kill(Number(pid), 'SIGSTOP');
    try {
      await expect(log.append([item])).rejects.toBeInstanceOf(Transient);
      expect(await log.hindrance()).toBe('the database does not answer');
    } finally {
      for (const pid of processes) process.kill(Number(pid), 'SIGCONT');
    }
    await expect.poll(() => log.append([item]).catch(() => null)).not.toBeNull();
    await takes(item);
  });

  it('is gone fails what needs it, and goes on when it is back', async () => {
    await begin();
    await server.stop();
    const item = next();
    await expect(log.append([item])).rejects.toBeInstanceOf(Transient);
    expect(await log.hindrance()).toMatch(/can not be reached/);
    server = await startEmbeddedPostgres({ dir: join(dir, 'pg'), programs: PROGRAMS });
    await takes(item);
  });

  it('has a full disk says so, loses nothing, and goes on when there is room', async () => {
    const disk = join(dir, 'disk');
    mkdirSync(disk);
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=755', 'tmpfs', disk]);
    try {
      makePrivate(join(disk, 'space'), unprivilegedAccount());
      await begin();
      await asOwner(`create tablespace small location '${join(disk, 'space')}'`, 'alter table events set tablespace small');
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(1_800_000));
      let refused: AppendItem | null = null;
      for (let tries = 0; tries < 50 && refused === null; tries++) {
        const item = next(100_000);
        await log.append([item]).catch((cause: unknown) => {
          expect(cause).toBeInstanceOf(Transient);
          refused = item;
        });
      }
      expect(await log.hindrance()).toBe('the disk of the database is full');
      rmSync(join(disk, 'ballast'));
      if (refused === null) throw new Error('fill the disk: it never got full');
      await takes(refused);
      await asOwner('alter table events set tablespace pg_default');
    } finally {
      execFileSync('/usr/bin/umount', ['--lazy', disk]);
    }
  });
});

const folderOf = (pid: string): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
};
