import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openAmqpBus } from '#libs/bus/amqp';
import { CountingIds, SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import { startTestBroker, startTestPostgres, type TestBroker, type TestPostgres } from '#libs/testing';
import { migrate, PostgresEventLog } from '../postgres/index.ts';

const clock = new SystemClock();
const ids = new CountingIds();
const report = (): void => undefined;

let postgres: TestPostgres;
let broker: TestBroker;
let config: pg.PoolConfig;
let pool: pg.Pool;
let log: PostgresEventLog;
const children: ChildProcess[] = [];
beforeAll(async () => {
  [postgres, broker] = await Promise.all([startTestPostgres(), startTestBroker()]);
  config = await postgres.createDatabase();
  await migrate(config);
  pool = new pg.Pool(config);
  log = new PostgresEventLog({ pool, clock, report });
  await log.start();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await log.close();
  await pool.end();
  await Promise.all([postgres.stop(), broker.stop()]);
});

const startRelayProcess = async (): Promise<ChildProcess> => {
  const program = fileURLToPath(new URL('test-stage/relay.ts', import.meta.url));
  const args = ['--conditions=berth-source', program, JSON.stringify(config), broker.url];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
};

const append = async (count: number): Promise<number> => {
  const { position, incarnation } = await log.head();
  const events = Array.from({ length: count }, (_, index) => ({
    stream: 'stack/shop',
    event: {
      ...{ id: ids.event(), type: 'VersionRetired', data: { stack: 'shop', version: position + index + 1 } },
      ...{ actor: 'test', correlation: 'c', causation: null },
    } as AnyNewEvent,
  }));
  await log.append([{ incarnation, expected: { 'stack/shop': position }, events }]);
  return position + count;
};

/** `effects`: the positions on which a reader of the feed acted. */
const openReader = async () => {
  const bus = await openAmqpBus({ url: broker.url, service: 'reader', replica: new SystemIds().run(), clock, report });
  const effects: number[] = [];
  await bus.feed.subscribe('reader', async ({ events }) => void effects.push(...events.map(({ position }) => position)));
  return { effects, close: () => bus.close() };
};

const hasHeard = (effects: readonly number[], position: number): Promise<unknown> =>
  vi.waitUntil(() => effects.includes(position), { timeout: 20_000, interval: 10 });

const upTo = (last: number, first = 1): readonly number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

it('is taken over when its owner is frozen in the midst of its work, and a reader acts on each event once, also when that one thaws', async () => {
  const reader = await openReader();
  const relays = [await startRelayProcess(), await startRelayProcess()];
  await hasHeard(reader.effects, await append(10));
  // Whoever was not frozen is active afterwards: every frost but the first hits the one that publishes.
  for (let round = 0; round < 6; round++) {
    const relay = relays[round % 2];
    const appended = await append(500);
    relay?.kill('SIGSTOP');
    await hasHeard(reader.effects, appended);
    relay?.kill('SIGCONT');
    await hasHeard(reader.effects, await append(500));
  }
  expect(reader.effects).toEqual(upTo((await log.head()).position));
  await reader.close();
});

it('is taken over when its owner is killed, by the next one', async () => {
  const reader = await openReader();
  const from = (await log.head()).position + 1;
  for (const child of children.splice(0)) {
    await startRelayProcess();
    await hasHeard(reader.effects, await append(100));
    child.kill('SIGKILL');
    await hasHeard(reader.effects, await append(100));
  }
  expect(reader.effects).toEqual(upTo((await log.head()).position, from));
  await reader.close();
});
