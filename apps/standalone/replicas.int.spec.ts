import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AmqpBus, agentPermissions, openAmqpBus } from '#libs/bus/amqp';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, HostId, StackName } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { migrate, PostgresAttachments, PostgresEventLog, PostgresLeases, PostgresSeals } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';
import { Opened } from '#libs/service';
import { startTestBroker, startTestPostgres, type TestBroker } from '#libs/testing';
import type { ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { requestOf } from '#libs/testing/neighbours';
import { startDeployer } from '../deployer/start.ts';
import { startDnsCentral } from '../dns-central/start.ts';
import { startProxyConfigurator } from '../proxy-configurator/start.ts';
import { startScheduler } from '../scheduler/start.ts';
import { ScriptedAgent } from './testing/scripted-agent.ts';

/** Debian's. */
const POSTGRES = '/usr/lib/postgresql/15/bin';
const STACK = 'shop' as StackName;
const shop: Record<string, ServiceWish> = {
  web: { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [], path: '/' }] }] },
  api: {},
};

const opened = new Opened();
const clock = new SystemClock();
const ids = new SystemIds();
const problems: string[] = [];
const report = (problem: string, cause: unknown): void => void problems.push(`${problem}: ${cause}`);

let broker: TestBroker;
let config: pg.PoolConfig;
let log: PostgresEventLog;
beforeAll(async () => {
  const postgres = await startTestPostgres(POSTGRES);
  opened.push({ close: () => postgres.stop() });
  broker = await startTestBroker();
  opened.push({ close: () => broker.stop() });
  config = await postgres.createDatabase();
  await migrate(config);
  log = (await ground('test')).log;
}, 120_000);
afterAll(() => opened.close());

const busAt = async (url: string, service: string): Promise<AmqpBus> => {
  const bus = await openAmqpBus({ url, service, replica: ids.run(), clock, report });
  opened.push(bus);
  return bus;
};

/** What one replica stands on: connections of its own, as a process would have. */
const ground = async (service: string) => {
  const pool = new pg.Pool({ ...config, max: 4 });
  opened.push({ close: () => pool.end() });
  const log = new PostgresEventLog({ pool, clock, report });
  await log.start();
  opened.push(log);
  const { feed, mail, turns, publisher } = await busAt(broker.url, service);
  const beside = { seals: new PostgresSeals({ pool, ids }), attachments: new PostgresAttachments({ pool, clock }) };
  return { pool, log, feed, mail, turns, publisher, clock, ids, report, ...beside };
};

const startReplica = async (): Promise<void> => {
  const { pool, ...forRelay } = await ground('gateway');
  opened.push(startRelay({ ...forRelay, leases: new PostgresLeases(pool) }));
  opened.push(await startScheduler(await ground('scheduler')));
  opened.push(await startDeployer(await ground('deployer')));
  opened.push(await startProxyConfigurator(await ground('proxy-configurator')));
  const settings = { listen: { address: '127.0.0.1', port: 0 }, zone: 'berth.internal' };
  opened.push(await startDnsCentral({ ...(await ground('dns-central')), settings }));
};

const startAgent = async (host: string): Promise<void> => {
  const url = await broker.addUser(`host-${host}`, 'secret', agentPermissions(host as HostId));
  const agent = new ScriptedAgent((await busAt(url, 'host-agent')).mail, clock, host as HostId);
  await agent.start();
  opened.push(agent);
};

const ask = async ({ stream, type, data }: Decided): Promise<void> => {
  const id = ids.event();
  const event = { id, type, data, actor: 'test', correlation: id, causation: null } as AnyNewEvent;
  const version = (await log.readStream(stream)).length;
  expect(await log.append([{ incarnation: 1, expected: { [stream]: version }, events: [{ stream, event }] }])).toMatchObject([
    { status: 'appended' },
  ]);
};

/** Waits for as many events of this type. */
const happened = async (type: BerthEvent['type'], count: number): Promise<void> => {
  for (let found = 0; found < count; ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = log.onAppended(resolve);
    found = (await log.read({ type, limit: 1000 })).length;
    if (found < count) await promise;
    stop();
  }
};

it('deploys, and deploys again, with two replicas of every service, and writes everything once', async () => {
  // RabbitMQ 3.10 breaks a connection where two declare one quorum queue at once; that it heals is the bus's own claim.
  await startReplica();
  await startReplica();
  await startAgent('one');
  await happened('HostConnected', 1);
  await ask(requestOf('shop', 1, shop));
  await happened('SwitchCompleted', 1);
  await ask(requestOf('shop', 2, shop));
  await happened('VersionRetired', 1);
  await happened('PlacementReleased', 3);

  const deployment = ['VersionCreated', 'DeploymentStarted', 'VersionPromoted', 'SwitchCompleted'];
  const retirement = ['RetirementWaveStarted', 'ContainersRetired', 'RetirementWaveStarted', 'ContainersRetired', 'VersionRetired'];
  const events = await log.read({ limit: 1000 });
  const typesOf = (stream: string) => events.filter((event) => event.stream === stream).map(({ type }) => type);
  expect(typesOf(`stack/${STACK}`)).toEqual([...deployment, ...deployment, ...retirement]);
  expect(typesOf('fleet').filter((type) => type === 'ContainersPlaced')).toHaveLength(4);
  expect(typesOf('hosts')).toEqual(['HostJoined']);
  const facts = events.flatMap(({ type, data }) =>
    type === 'ContainerStarted' || type === 'ContainerHealthy' ? [`${type} ${data.container}`] : [],
  );
  expect(facts).toHaveLength(12);
  expect(new Set(facts)).toHaveLength(12);
  expect(checkInvariants(events)).toEqual([]);
  expect(problems).toEqual([]);
});
