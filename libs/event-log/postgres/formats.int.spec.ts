import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CountingIds, ManualClock } from '#libs/clock';
import { type AnyNewEvent, catalog, Editions, editions, FIRST_FORMAT } from '#libs/contracts';
import { item, retired } from '../event-log.contract.ts';
import { Reactor } from '../react/index.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { PostgresReplicas } from './postgres-replicas.ts';
import { TwoLogs } from './test-logs.ts';

const clock = new ManualClock(1000);
const ids = new CountingIds();
const schema = catalog.VersionRetired;

/** A release in which the event has a second version: in the first its version was called `number`. */
const newer = new Editions({
  ...Object.fromEntries(Object.keys(catalog).map((type) => [type, editions.versions(type)])),
  VersionRetired: [
    { schema: z.strictObject({ stack: z.string(), number: z.int() }), format: FIRST_FORMAT },
    {
      ...{ schema, format: 2 },
      upcast: ({ stack, number }) => ({ stack, version: number }),
      downcast: ({ stack, version }) => ({ stack, number: version }),
    },
  ],
});
const raised = (format: number) => ({
  stream: 'platform',
  event: { id: ids.event(), type: 'FormatRaised', data: { format }, actor: 'test', correlation: 'c', causation: null } as AnyNewEvent,
});

describe('a release that knows a newer version of an event', () => {
  let logs: TwoLogs;
  let log: PostgresEventLog;
  const open = (known: Editions): PostgresEventLog =>
    new PostgresEventLog({ pool: logs.pool, clock, report: () => undefined, timeOf: 'clock', editions: known });

  beforeAll(async () => {
    logs = await TwoLogs.open(clock);
  });
  afterAll(() => logs.close());
  beforeEach(async () => {
    await logs.empty();
    log = open(newer);
  });

  const versions = async (): Promise<number[]> =>
    (await log.readStored(0, 100)).filter(({ type }) => type === 'VersionRetired').map(({ v }) => v);

  it('writes the old one until the format is raised, and reads both as the newest', async () => {
    await log.append([item({ 'stack/a': 0 }, [retired('a', 1, ids.event())])]);
    expect(await log.append([item({ platform: 0 }, [raised(2)])])).toMatchObject([{ status: 'appended' }]);
    expect(await log.append([item({ 'stack/a': 1 }, [retired('a', 2, ids.event())])])).toMatchObject([{ status: 'appended' }]);
    expect(await versions()).toEqual([1, 2]);
    expect(await log.readStream('stack/a')).toMatchObject([
      { v: 2, data: { stack: 'a', version: 1 } },
      { v: 2, data: { stack: 'a', version: 2 } },
    ]);
  });

  it('hears of a raise by another process within seconds, and writes what everybody reads meanwhile', async () => {
    await log.append([item({ 'stack/a': 0 }, [retired('a', 1, ids.event())])]);
    await open(newer).append([item({ platform: 0 }, [raised(2)])]);
    await log.append([item({ 'stack/a': 1 }, [retired('a', 2, ids.event())])]);
    clock.advance(5000);
    await log.append([item({ 'stack/a': 2 }, [retired('a', 3, ids.event())])]);
    expect(await versions()).toEqual([1, 1, 2]);
  });

  it('knows the format though its event left the table', async () => {
    await log.append([item({ platform: 0 }, [raised(2)])]);
    await log.append([item({ 'stack/a': 0 }, [retired('a', 1, ids.event())])]);
    await logs.pool.query(
      `insert into archives select 1, 1, at, at, hash, hash, 'f', 1, 's', '{}', '{}', '{}', 2, true from events where position = 1`,
    );
    await logs.pool.query('delete from events where position = 1');
    const later = open(newer);
    await later.append([item({ 'stack/a': 1 }, [retired('a', 2, ids.event())])]);
    expect((await later.readStored(2, 1))[0]?.v).toBe(2);
  });

  it('is handed the turns by one that does not, which halts before the event and says why', async () => {
    const told: boolean[] = [];
    const onHalted = (isHalted: boolean): void => void told.push(isHalted);
    const report = (): void => undefined;
    const options = { clock, ids, report, due: () => [], acts: 'in turn' as const, onHalted };
    const older = new Reactor({ ...options, log: open(new Editions(onlyFirst)), consumer: 'deployer' });
    await older.start();
    await log.append([item({ platform: 0 }, [raised(2)])]);
    await log.append([item({ 'stack/a': 0 }, [retired('a', 1, ids.event())])]);
    await older.take([]);
    expect([older.world.position, told]).toEqual([1, [true]]);
    expect(older.hindrance).toContain('version 2 is newer than 1, the newest known here');
    await older.stop();
  });

  const onlyFirst = Object.fromEntries(Object.keys(catalog).map((type) => [type, newer.versions(type).slice(0, 1)]));

  it('is known to the others for as long as it says so', async () => {
    const replicas = new PostgresReplicas(logs.pool);
    const self = { service: 'deployer', replica: 'one', release: '0.1.0', reads: 2 };
    await replicas.beat(self, 60_000);
    await replicas.beat({ ...self, replica: 'two', reads: 1 }, 60_000);
    await replicas.beat({ ...self, replica: 'gone' }, 0);
    expect(await replicas.there()).toEqual([self, { ...self, replica: 'two', reads: 1 }]);
    await replicas.leave('one');
    expect(await replicas.there()).toEqual([{ ...self, replica: 'two', reads: 1 }]);
  });
});
