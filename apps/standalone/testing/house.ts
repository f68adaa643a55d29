import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import pg from 'pg';
import { type AmqpBus, agentPermissions, openAmqpBus } from '#libs/bus/amqp';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, HostId } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';
import { asRole, migrate, PostgresAttachments, PostgresEventLog, PostgresLeases, PostgresSeals } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';
import { Opened } from '#libs/service';
import { startTestBroker, type TestBroker } from '#libs/testing';
import { startDeployer } from '../../deployer/start.ts';
import { startDnsCentral } from '../../dns-central/start.ts';
import { startProxyConfigurator } from '../../proxy-configurator/start.ts';
import { startScheduler } from '../../scheduler/start.ts';
import { ScriptedAgent } from './scripted-agent.ts';

/** Debian's. */
const POSTGRES = { programs: '/usr/lib/postgresql/15/bin', settings: { fsync: 'off', max_connections: '200' } };

const clock = new SystemClock();
const ids = new SystemIds();

/** The control plane over a real RabbitMQ and PostgreSQL, as objects in this process; agents are scripted. */
export class House {
  readonly problems: string[] = [];
  /** By eager schedulers: what they decided stood on what another one had changed meanwhile. */
  racesLost = 0;
  readonly #opened = new Opened();
  readonly #dir = mkdtempSync('/tmp/berth-house-');
  #broker: TestBroker | null = null;
  #server: Awaited<ReturnType<typeof startEmbeddedPostgres>> | null = null;
  #agents = 0;
  #log: PostgresEventLog | null = null;

  async open(): Promise<void> {
    chmodSync(this.#dir, 0o755);
    this.#opened.push({ close: async () => rmSync(this.#dir, { recursive: true, force: true }) });
    await this.startDatabase();
    this.#opened.push({ close: () => this.stopDatabase() });
    const broker = await startTestBroker();
    this.#broker = broker;
    this.#opened.push({ close: () => broker.stop() });
    await migrate(this.#config);
    this.#log = (await this.#ground('test')).log;
  }

  close(): Promise<void> {
    return this.#opened.close();
  }

  get log(): PostgresEventLog {
    if (!this.#log) throw new Error('use the log: the house is not open');
    return this.#log;
  }

  async startDatabase(): Promise<void> {
    this.#server = await startEmbeddedPostgres({ dir: this.#dir, ...POSTGRES });
  }

  async stopDatabase(): Promise<void> {
    await this.#server?.stop();
  }

  /** One of each service, and a relay. */
  async startReplica(): Promise<void> {
    this.#opened.push(await startScheduler(await this.#ground('scheduler')));
    await this.startAllButScheduler();
  }

  async startAllButScheduler(): Promise<void> {
    const { pool, ...forRelay } = await this.#ground('gateway');
    this.#opened.push(startRelay({ ...forRelay, leases: new PostgresLeases(pool) }));
    this.#opened.push(await startDeployer(await this.#ground('deployer')));
    this.#opened.push(await startProxyConfigurator(await this.#ground('proxy-configurator')));
    const settings = { listen: { address: '127.0.0.1', port: 0 }, zone: 'berth.internal' };
    this.#opened.push(await startDnsCentral({ ...(await this.#ground('dns-central')), settings }));
  }

  /** One that takes every turn for its own: it decides on all that the feed brings, whoever else does. */
  async startEagerScheduler(): Promise<void> {
    const { turns: _, log, ...ports } = await this.#ground('scheduler');
    const append = log.append.bind(log);
    log.append = async (items) => {
      const results = await append(items);
      this.racesLost += results.filter(({ status }) => status === 'conflict').length;
      return results;
    };
    this.#opened.push(await startScheduler({ ...ports, log }));
  }

  async startAgent(host: string): Promise<void> {
    if (!this.#broker) throw new Error('start an agent: the house is not open');
    const url = await this.#broker.addUser(`host-${host}`, 'secret', agentPermissions(host as HostId));
    const agent = new ScriptedAgent((await this.#bus(url, 'host-agent')).mail, clock, host as HostId, `10.64.${this.#agents++}`);
    await agent.start();
    this.#opened.push(agent);
    await this.happened('HostConnected', this.#agents);
  }

  async ask({ stream, type, data }: Decided): Promise<void> {
    const id = ids.event();
    const event = { id, type, data, actor: 'test', correlation: id, causation: null } as AnyNewEvent;
    const version = (await this.log.readStream(stream)).length;
    const [result] = await this.log.append([{ incarnation: 1, expected: { [stream]: version }, events: [{ stream, event }] }]);
    if (result?.status !== 'appended') throw new Error(`append ${type}: ${JSON.stringify(result)}`);
  }

  /** Waits for as many events of this type. */
  async happened(type: BerthEvent['type'], count: number): Promise<void> {
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = this.log.onAppended(resolve);
      const found = await this.log.read({ type, limit: 1000 });
      if (found.length < count) await promise;
      stop();
      if (found.length >= count) return;
    }
  }

  get #config(): pg.PoolConfig {
    if (!this.#server) throw new Error('use the database: the house is not open');
    return this.#server.config;
  }

  /** What one replica stands on: connections of its own, as a process would have. */
  async #ground(service: string) {
    const pool = new pg.Pool({ ...asRole(this.#config, 'append'), max: 4 });
    pool.on('error', (cause) => this.#report('idle database connection', cause));
    this.#opened.push({ close: () => pool.end() });
    const log = new PostgresEventLog({ pool, clock, report: this.#report });
    await log.start();
    this.#opened.push(log);
    const { feed, mail, turns, publisher } = await this.#bus(this.#broker?.url ?? '', service);
    const beside = { seals: new PostgresSeals({ pool, ids }), attachments: new PostgresAttachments({ pool, clock }) };
    return { pool, log, feed, mail, turns, publisher, clock, ids, report: this.#report, ...beside };
  }

  async #bus(url: string, service: string): Promise<AmqpBus> {
    const bus = await openAmqpBus({ url, service, replica: ids.run(), clock, report: this.#report });
    this.#opened.push(bus);
    return bus;
  }

  readonly #report = (problem: string, cause: unknown): void => void this.problems.push(`${problem}: ${cause}`);
}
