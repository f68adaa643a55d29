import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type AmqpBus, agentPermissions, openAmqpBus } from '#libs/bus/amqp';
import { SystemClock, SystemIds } from '#libs/clock';
import { type AnyNewEvent, type HostId, LANES, laneOf } from '#libs/contracts';
import { startTestBroker, startTestPostgres, type TestBroker, type TestPostgres } from '#libs/testing';
import { History } from '#libs/testing/history';
import { migrate, PostgresEventLog, PostgresLeases } from '../postgres/index.ts';
import { type Relay, startRelay } from '../relay/index.ts';

const clock = new SystemClock();
const ids = new SystemIds();
const report = (): void => undefined;

let postgres: TestPostgres;
let broker: TestBroker;
let config: pg.PoolConfig;
let pool: pg.Pool;
let log: PostgresEventLog;
let bus: AmqpBus;
let relay: Relay;

beforeAll(async () => {
  [postgres, broker] = await Promise.all([startTestPostgres(), startTestBroker()]);
  config = await postgres.createDatabase();
  await migrate(config);
  pool = new pg.Pool(config);
  log = new PostgresEventLog({ pool, clock, report });
  await log.start();
  bus = await openAmqpBus({ url: broker.url, service: 'relay', replica: ids.run(), clock, report });
  relay = startRelay({ log, leases: new PostgresLeases(pool), publisher: bus.publisher, clock, ids, report });
});
afterAll(async () => {
  await relay.close();
  await bus.close();
  await log.close();
  await pool.end();
  await Promise.all([postgres.stop(), broker.stop()]);
});

interface Replica {
  readonly name: string;
  readonly child: ChildProcess;
  readonly said: readonly string[];
}

const replicas: Replica[] = [];
afterEach(() => {
  for (const { child } of replicas.splice(0)) child.kill('SIGKILL');
});

const join = async (share: 'evenly' | 'one active'): Promise<Replica> => {
  const program = fileURLToPath(new URL('test-stage/scheduler.ts', import.meta.url));
  const args = ['--conditions=berth-source', program, share, JSON.stringify(config), broker.url];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => (line.startsWith('ready ') ? resolve(line.slice(6)) : said.push(line)));
  const replica = { name: await ready, child, said };
  replicas.push(replica);
  return replica;
};

/** One stack for each lane, all of them new. */
let rounds = 0;
const deployEverywhere = async (): Promise<void> => {
  const round = ++rounds;
  for (let lane = 0; lane < LANES; lane++) {
    const stack = Array.from({ length: 1000 }, (_, n) => `s${round}x${n}`).find((name) => laneOf(name) === lane) ?? '';
    for (const { stream, version, type, data } of new History().deploying(stack, 1, { web: {} }).events) {
      const event = { id: ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      const { incarnation } = await log.head();
      await log.append([{ incarnation, expected: { [stream]: version - 1 }, events: [{ stream, event }] }]);
    }
  }
};
const allDecided = async (): Promise<void> => {
  while ((await log.read({ type: 'VersionRetired', limit: 1000 })).length < rounds * LANES) await clock.sleep(50);
};

/** What the broker says of a queue that belongs to a connection which it has not given up. */
const feedOf = async ({ name }: Replica): Promise<string> => {
  const connection = await connect(broker.url);
  onTestFinished(() => connection.close());
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  return channel.checkQueue(`feed.scheduler.${name}`).then(() => 'free', String);
};

it('the lanes of a frozen replica are decided by the others long before the broker gives it up', async () => {
  const [one, two] = [await join('evenly'), await join('evenly')];
  await deployEverywhere();
  await allDecided();
  one.child.kill('SIGSTOP');
  await deployEverywhere();
  await allDecided();
  expect(await feedOf(one)).toContain('RESOURCE_LOCKED');
  one.child.kill('SIGCONT');
  two.child.kill('SIGSTOP');
  await deployEverywhere();
  await allDecided();
});

it('mail to a service with one active replica reaches the next one when that froze', async () => {
  const agentUrl = await broker.addUser('host-main', 'secret', agentPermissions('main' as HostId));
  const agent = await openAmqpBus({ url: agentUrl, service: 'host-agent', replica: ids.run(), clock, report });
  onTestFinished(() => agent.close());
  const hears = async ({ said }: Replica): Promise<void> => {
    for (const { length } = said; said.length <= length; await clock.sleep(50))
      agent.mail.send('scheduler', { type: 'StateWanted', host: 'main' as HostId });
  };
  const [active, standby] = [await join('one active'), await join('one active')];
  await hears(active);
  expect(standby.said).toEqual([]);
  active.child.kill('SIGSTOP');
  await hears(standby);
  expect(await feedOf(active)).toContain('RESOURCE_LOCKED');
  await deployEverywhere();
  await allDecided();
});

it('replicas that are gone leave no row behind', async () => {
  const one = await join('evenly');
  one.child.kill('SIGKILL');
  const members = async () =>
    (await pool.query<{ name: string }>("select name from leases where starts_with(name, 'member/')")).rows.map(({ name }) => name);
  while ((await new PostgresLeases(pool).held('member/')).length > 0) await clock.sleep(50);
  const two = await join('evenly');
  expect(await members()).toEqual([`member/scheduler/${two.name}`]);
});
