import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock, SystemIds } from '#libs/clock';
import { type AnyNewEvent, type BerthEvent, type StackName, Transient } from '#libs/contracts';
import { run, unprivilegedAccount } from '../embedded/account.ts';
import { makePrivate } from '../embedded/place.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/server.ts';
import type { AppendResult } from '../event-log.ts';
import { ViewRunner } from '../views/index.ts';
import { migrate } from './migrate.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { asRole } from './roles.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';
const clock = new SystemClock();
const ids = new SystemIds();

/** The one address at which everybody finds the database, whichever server that is. */
class Address {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  target = '';

  constructor() {
    this.#server = createServer((client) => {
      const server = connect(join(this.target, '.s.PGSQL.5432'));
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#open.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
  }

  async listen(dir: string): Promise<void> {
    mkdirSync(dir);
    await new Promise<void>((resolve) => this.#server.listen(join(dir, '.s.PGSQL.5432'), resolve));
  }

  pointTo(target: string): void {
    this.target = target;
    for (const socket of this.#open) socket.destroy();
    this.#open.clear();
  }

  close(): Promise<void> {
    this.pointTo('');
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

describe.skipIf(!existsSync(PROGRAMS))('a log behind one address', () => {
  let dir: string;
  let address: Address;
  let pool: pg.Pool;
  let log: PostgresEventLog;
  const running: EmbeddedPostgres[] = [];
  const viewed: number[] = [];

  const start = async (name: string): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dir: join(dir, name), programs: PROGRAMS });
    running.push(server);
    return server;
  };
  const stop = async (server: EmbeddedPostgres): Promise<void> => {
    running.splice(running.indexOf(server), 1);
    await server.stop();
  };
  const ask = async (server: EmbeddedPostgres, ...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client(server.config);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const backUp = (server: EmbeddedPostgres, name: string, ...flags: readonly string[]): void => {
    const account = unprivilegedAccount();
    mkdirSync(join(dir, name));
    makePrivate(join(dir, name, 'data'), account);
    const { host, user } = server.config;
    run([
      ...account.prefix,
      join(PROGRAMS, 'pg_basebackup'),
      '-h',
      host,
      '-U',
      user,
      '-D',
      join(dir, name, 'data'),
      '-c',
      'fast',
      ...flags,
    ]);
  };
  const append = async (count: number, incarnation = 1): Promise<readonly AppendResult[]> => {
    const results: AppendResult[] = [];
    for (let n = 0; n < count; n++) {
      const stack = `s-${ids.run()}`.slice(0, 12).toLowerCase() as StackName;
      const data = { stack, version: 1 };
      const event = { id: ids.event(), type: 'VersionRetired', data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      results.push(
        ...(await log.append([{ incarnation, expected: { [`stack/${stack}`]: 0 }, events: [{ stream: `stack/${stack}`, event }] }])),
      );
    }
    return results;
  };
  /** As somebody who keeps trying while the database is away. */
  const patiently = async <T>(attempt: () => Promise<T>): Promise<T> =>
    vi.waitUntil(
      () =>
        attempt().catch((cause: unknown) => {
          if (cause instanceof Transient) return undefined;
          throw cause;
        }),
      { timeout: 20_000, interval: 50 },
    ) as Promise<T>;
  const raised = async (): Promise<readonly BerthEvent['data'][]> =>
    (await log.read({ type: 'IncarnationRaised' })).map(({ data }) => data);

  const begin = async (): Promise<EmbeddedPostgres> => {
    const primary = await start('primary');
    await migrate(primary.config);
    address.pointTo(primary.config.host);
    await log.start();
    return primary;
  };

  beforeEach(async () => {
    dir = mkdtempSync('/tmp/berth-fo-');
    chmodSync(dir, 0o755);
    address = new Address();
    await address.listen(join(dir, 'at'));
    pool = new pg.Pool(asRole({ host: join(dir, 'at'), database: 'berth' }, 'append'));
    pool.on('error', () => undefined);
    log = new PostgresEventLog({ pool, clock, report: () => undefined });
  });
  afterEach(async () => {
    await log.close();
    await pool.end();
    await address.close();
    await Promise.all(running.splice(0).map((server) => server.stop()));
    rmSync(dir, { recursive: true, force: true });
    viewed.length = 0;
  });

  it('notices that a standby took over without the last hundred events, and drops what they said', async () => {
    const primary = await begin();
    await append(20);
    backUp(primary, 'standby', '-R');
    // Cut off before it starts: told later, it might take one more event first.
    appendFileSync(join(dir, 'standby', 'data', 'postgresql.auto.conf'), "primary_conninfo = ''\n");
    const standby = await start('standby');
    const view = new ViewRunner({
      pool,
      log,
      view: { name: 'seen', apply: async (_, events) => void viewed.push(...events.map((e) => e.position)) },
    });
    await append(100);
    await view.start();
    expect([view.position, (await log.head()).position]).toEqual([120, 120]);

    await stop(primary);
    address.pointTo(standby.config.host);
    await ask(standby, 'select pg_promote()');
    const results = await patiently(() => append(1));
    expect(results).toEqual([{ status: 'incarnation', actual: 2 }]);
    expect(await raised()).toEqual([{ incarnation: 2, until: { incarnation: 1, position: 20 }, reason: 'tail-lost' }]);
    expect(await append(1, 2)).toEqual([{ status: 'appended', positions: [22] }]);
    await view.take(await log.read({ after: 20 }));
    expect(view.position).toBe(22);
    expect(viewed.slice(120)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
    await view.stop();
  });

  it('loses nothing that was acknowledged to a standby that follows synchronously', async () => {
    const primary = await begin();
    backUp(primary, 'standby', '-R');
    const standby = await start('standby');
    await ask(primary, "alter system set synchronous_standby_names = '*'", 'select pg_reload_conf()');
    const acknowledged = (await append(50)).flatMap((result) => (result.status === 'appended' ? result.positions : []));
    process.kill(primary.pid, 'SIGQUIT');
    address.pointTo(standby.config.host);
    await ask(standby, 'alter system reset synchronous_standby_names', 'select pg_reload_conf()', 'select pg_promote()');
    const head = await patiently(() => log.head());
    expect(acknowledged).toHaveLength(50);
    expect((await log.read({ limit: 1000 })).map(({ position }) => position)).toEqual(expect.arrayContaining(acknowledged));
    expect(head.incarnation).toBe(2);
  });

  it('notices by what it saw that an older backup was put in its place', async () => {
    const primary = await begin();
    await append(10);
    backUp(primary, 'backup');
    await append(5);
    await log.head();
    await stop(primary);
    const restored = await start('backup');
    address.pointTo(restored.config.host);
    const head = await patiently(() => log.head());
    expect(head).toMatchObject({ incarnation: 2, position: 11 });
    expect(await raised()).toEqual([{ incarnation: 2, until: { incarnation: 1, position: 10 }, reason: 'unknown-future' }]);
  });

  it('takes a server that was only started again for the one that it was', async () => {
    const primary = await begin();
    await append(3);
    await stop(primary);
    await start('primary');
    expect(await patiently(() => append(1))).toEqual([{ status: 'appended', positions: [4] }]);
  });
});
