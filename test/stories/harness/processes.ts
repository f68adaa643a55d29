import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentPermissions } from '#libs/bus/amqp';
import type { HostId } from '#libs/contracts';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';
import { startTestBroker, type TestBroker } from '#libs/testing';
import { Child } from './child.ts';
import type { Env, Roof, Spread } from './roof.ts';

/** Debian's. */
const POSTGRES = '/usr/lib/postgresql/15/bin';

type EmbeddedPostgres = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

export const controlServices = ['gateway', 'scheduler', 'deployer', 'proxy-configurator', 'dns-central'] as const;
export type ControlService = (typeof controlServices)[number];

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

  /** Makes the broker's user of a host's agent; gives back the agent's url of the broker. */
  letIn(host: HostId): Promise<string> {
    return this.broker.addUser(`host-${host}`, randomBytes(12).toString('hex'), agentPermissions(host));
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
    const control = { ...this.#env, BERTH_DATABASE_URL: postgres.url, BERTH_AMQP_URL: broker.url };
    for (const service of controlServices)
      this.#services.set(
        service,
        Array.from({ length: this.#spread.replicas }, (_, index) => this.#child(service, index, control)),
      );
    if (this.#spread.isHost === false) return;
    this.#agent = this.#child('host-agent', 0, { ...this.#env, BERTH_AMQP_URL: await this.letIn('main' as HostId) });
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
