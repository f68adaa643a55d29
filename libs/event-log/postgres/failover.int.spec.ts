import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock, SystemIds } from '#libs/clock';
import { type AnyNewEvent, type BerthEvent, type StackName, Transient } from '#libs/contracts';
import { Servers } from '#libs/testing';
import type { AppendResult } from '../event-log.ts';
import { ViewRunner } from '../views/index.ts';
import { migrate } from './migrate.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { asRole } from './roles.ts';

const clock = new SystemClock();
const ids = new SystemIds();

describe.skipIf(!Servers.areInstalled)('a log behind one address', () => {
  let servers: Servers;
  let pool: pg.Pool;
  let log: PostgresEventLog;
  const viewed: number[] = [];

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

  const begin = async () => {
    const primary = await servers.start('primary');
    await migrate(primary.config);
    servers.pointTo(primary);
    await log.start();
    return primary;
  };

  beforeEach(async () => {
    servers = await Servers.open();
    pool = new pg.Pool(asRole(servers.config, 'append'));
    pool.on('error', () => undefined);
    log = new PostgresEventLog({ pool, clock, report: () => undefined });
  });
  afterEach(async () => {
    await log.close();
    await pool.end();
    await servers.close();
    viewed.length = 0;
  });

  it('notices that a standby took over without the last hundred events, and drops what they said', async () => {
    const primary = await begin();
    await append(20);
    servers.copy(primary, 'standby', true);
    // Cut off before it starts: told later, it might take one more event first.
    appendFileSync(join(servers.dataOf('standby'), 'postgresql.auto.conf'), "primary_conninfo = ''\n");
    const standby = await servers.start('standby');
    const view = new ViewRunner({
      pool,
      log,
      view: { name: 'seen', apply: async (_, events) => void viewed.push(...events.map((e) => e.position)) },
    });
    await append(100);
    await view.start();
    expect([view.position, (await log.head()).position]).toEqual([120, 120]);

    await servers.failOver(primary, standby);
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
    const standby = await servers.startStandby(primary, 'standby');
    await servers.ask(primary, "alter system set synchronous_standby_names = '*'", 'select pg_reload_conf()');
    const acknowledged = (await append(50)).flatMap((result) => (result.status === 'appended' ? result.positions : []));
    await servers.failOver(primary, standby);
    const head = await patiently(() => log.head());
    expect(acknowledged).toHaveLength(50);
    expect((await log.read({ limit: 1000 })).map(({ position }) => position)).toEqual(expect.arrayContaining(acknowledged));
    expect(head.incarnation).toBe(2);
  });

  it('notices by what it saw that an older backup was put in its place', async () => {
    const primary = await begin();
    await append(10);
    servers.copy(primary, 'backup');
    await append(5);
    await log.head();
    await servers.stop(primary);
    servers.pointTo(await servers.start('backup'));
    const head = await patiently(() => log.head());
    expect(head).toMatchObject({ incarnation: 2, position: 11 });
    expect(await raised()).toEqual([{ incarnation: 2, until: { incarnation: 1, position: 10 }, reason: 'unknown-future' }]);
  });

  it('takes a server that was only started again for the one that it was', async () => {
    const primary = await begin();
    await append(3);
    await servers.stop(primary);
    await servers.start('primary');
    expect(await patiently(() => append(1))).toEqual([{ status: 'appended', positions: [4] }]);
  });
});
