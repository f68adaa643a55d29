import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentPermissions, CONTROL_SERVICES, type ControlService, servicePermissions } from '#libs/bus/amqp';
import type { HostId } from '#libs/contracts';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';
import { startTestBroker, type TestBroker } from '#libs/testing';
import { Child } from './child.ts';
import type { Env, Roof, Spread } from './roof.ts';

/** Debian's. */
const POSTGRES = '/usr/lib/postgresql/15/bin';

export type { ControlService };
export const controlServices = CONTROL_SERVICES;

type EmbeddedPostgres = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

/** Each service a process of its own, over a real RabbitMQ and PostgreSQL; so many replicas of each, and one agent. */
export class Processes implements Roof {
  readonly url: string;
  readonly #env: Env;
  readonly #ports: readonly number[];
  readonly #spread: Spread;
  readonly #dir: string;
  readonly #data: string;
  #ground: { readonly broker: TestBroker; postgres: EmbeddedPostgres } | null = null;
  #services = new Map<ControlService, readonly Child[]>();
  #agent: Child | null = null;

  constructor(env: Env, ports: readonly number[], spread: Spread) {
    this.#env = env;
    this.#ports = ports;
    this.#spread = spread;
    this.#dir = spread.dir ?? tmpdir();
    this.#data = mkdtempSync(join(this.#dir, 'bs-pg-'));
    this.url = `http://127.0.0.1:${this.#portsOf('gateway', 0).own}`;
  }

  get broker(): TestBroker {
    if (!this.#ground) throw new Error('use the broker: nothing was started');
    return this.#ground.broker;
  }

  get agent(): Child {
    if (!this.#agent) throw new Error('use the agent: nothing was started');
    return this.#agent;
  }

  replica(service: ControlService, index: number): Child {
    const child = this.#services.get(service)?.[index];
    if (!child) throw new Error(`use replica ${index} of ${service}: there is none`);
    return child;
  }

  async start(overrides: Env): Promise<void> {
    if (!this.#ground) await this.#lay();
    await Promise.all(this.#children.map((child) => child.start(overrides)));
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end(signal)));
  }

  async destroy(): Promise<void> {
    await this.stop('SIGTERM');
    await this.#ground?.broker.stop();
    await this.#ground?.postgres.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** Makes the broker's users of the agents of hosts, all in one command; gives back each agent's url of the broker. */
  async letIn(hosts: readonly HostId[]): Promise<ReadonlyMap<HostId, string>> {
    const agents = hosts.map((host) => ({ host, name: `host-${host}`, password: randomBytes(12).toString('hex') }));
    const file = join(this.#dir, 'agents.json');
    const users = agents.map(({ name, password }) => ({ name, password, tags: '' }));
    const permissions = agents.map(({ host, name }) => ({ user: name, vhost: '/', ...agentPermissions(host) }));
    writeFileSync(file, JSON.stringify({ users, permissions }), { mode: 0o600 });
    await this.broker.ctl('import_definitions', file);
    rmSync(file);
    return new Map(
      agents.map(({ host, name, password }) => [host, Object.assign(new URL(this.broker.url), { username: name, password }).href]),
    );
  }

  /** Cuts off every connection, ends PostgreSQL and starts it again with the same data. */
  async restartDatabase(): Promise<void> {
    if (!this.#ground) throw new Error('restart the database: nothing was started');
    await this.#ground.postgres.stop();
    this.#ground.postgres = await this.#database();
  }

  /** SIGKILL: `restartDatabase` begins with what was on disk. */
  killDatabase(): void {
    if (this.#ground) process.kill(this.#ground.postgres.pid, 'SIGKILL');
  }

  async #lay(): Promise<void> {
    chmodSync(this.#data, 0o755);
    const [broker, postgres] = await Promise.all([startTestBroker(mkdtempSync(join(this.#dir, 'bs-mq-'))), this.#database()]);
    this.#ground = { broker, postgres };
    const users = await broker.addUsers(Object.fromEntries(controlServices.map((service) => [service, servicePermissions(service)])));
    for (const service of controlServices) {
      const env = { ...this.#env, BERTH_DATABASE_URL: postgres.url, BERTH_AMQP_URL: users[service] ?? '' };
      this.#services.set(
        service,
        Array.from({ length: this.#spread.replicas }, (_, index) => this.#child(service, index, env)),
      );
    }
    if (this.#spread.isHost === false) return;
    this.#agent = this.#child('host-agent', 0, { ...this.#env, BERTH_AMQP_URL: await this.#letMainIn() });
  }

  #letMainIn(): Promise<string> {
    return this.broker.addUser('host-main', randomBytes(12).toString('hex'), agentPermissions('main' as HostId));
  }

  get #children(): readonly Child[] {
    return [...[...this.#services.values()].flat(), ...(this.#agent ? [this.#agent] : [])];
  }

  #database(): Promise<EmbeddedPostgres> {
    return startEmbeddedPostgres({ dir: this.#data, programs: POSTGRES, settings: { max_connections: '300' } });
  }

  #child(service: ControlService | 'host-agent', index: number, env: Env): Child {
    const { own, health } = this.#portsOf(service, index);
    const listen: Env =
      service === 'gateway'
        ? { BERTH_LISTEN: `127.0.0.1:${own}`, BERTH_TOKEN_FILE: join(env.BERTH_HOME ?? '', 'token') }
        : service === 'dns-central'
          ? { BERTH_DNS_LISTEN: `127.0.0.1:${own}` }
          : {};
    const ready = `http://127.0.0.1:${health}/readyz`;
    return new Child(service, ready, { ...env, ...listen, BERTH_HEALTH: `127.0.0.1:${health}` }, `${service}-${index}`);
  }

  #portsOf(service: ControlService | 'host-agent', index: number): { readonly own: number; readonly health: number } {
    const all = [...controlServices, 'host-agent'];
    const at = (all.indexOf(service) * 4 + index) * 2;
    return { own: this.#ports[at] ?? 0, health: this.#ports[at + 1] ?? 0 };
  }
}
