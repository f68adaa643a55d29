import { join } from 'node:path';
import type { BerthEvent, EventType } from '#libs/contracts';
import { buildExample, fleetShop } from '../hosts/fleet/example.ts';
import { Fleet } from '../hosts/fleet/fleet.ts';
import type { Place } from '../hosts/fleet/place.ts';
import { must } from '../hosts/fleet/programs.ts';
import { containersOn } from '../hosts/fleet/running.ts';
import type { ControlService } from '../stories/harness/processes.ts';
import { EngineProxy } from './engine-proxy.ts';
import type { Running } from './judge.ts';

interface PlatformOptions {
  readonly name: string;
  readonly net: number;
  /** An engine that has the example's base image. */
  readonly builder?: string;
  readonly say?: (text: string) => void;
}

const HOSTS = 2;
/** Of the folder in which an agent keeps what it must know again. */
const AGENT_DISK = '4m';

/** A fleet with what it takes to harm it: a proxy before each engine, and a small disk for each agent. */
export class Platform {
  readonly fleet: Fleet;
  readonly #proxies: ReadonlyMap<string, EngineProxy>;
  readonly #log: BerthEvent[] = [];
  readonly #labels = new Map<string, string>();
  #deployments = 0;

  private constructor(fleet: Fleet, proxies: ReadonlyMap<string, EngineProxy>) {
    this.fleet = fleet;
    this.#proxies = proxies;
  }

  static async up(options: PlatformOptions): Promise<Platform> {
    const proxies = new Map<string, EngineProxy>();
    const equip = async ({ host, dir, engine, agent }: Place): Promise<string> => {
      await must('mount', '-t', 'tmpfs', '-o', `size=${AGENT_DISK}`, 'tmpfs', agent);
      const proxy = await EngineProxy.open(engine, join(dir, 'proxy.sock'));
      proxies.set(host, proxy);
      return proxy.socket;
    };
    if (options.builder) await buildExample(options.builder);
    return new Platform(await Fleet.up({ ...options, hosts: HOSTS, equip }), proxies);
  }

  async down(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
    await this.fleet.down();
  }

  proxy(host: string): EngineProxy {
    const proxy = this.#proxies.get(host);
    if (!proxy) throw new Error(`find the proxy of ${host}: there is none`);
    return proxy;
  }

  service(service: ControlService) {
    return this.fleet.control.replica(service, 0);
  }

  /** Asks for a new version, which says a label of its own. False when nobody took it. */
  async deploy(fault: '' | 'crash' = ''): Promise<boolean> {
    const label = String(++this.#deployments);
    const env = { SHOP_VERSION: label, SHOP_FAULT: fault, SHOP_REPLICAS: String(HOSTS), BERTH_ENGINE: this.fleet.hosts[0]?.socket ?? '' };
    const asked = await this.fleet.berth.cli(['deploy', '-f', fleetShop, '--detach', '--json'], env);
    const deployment = /"deployment": ?"(\w+)"/.exec(asked.stdout)?.[1];
    if (deployment) this.#labels.set(deployment, label);
    return asked.code === 0;
  }

  /** What containers of the deployment say of themselves; undefined where nobody heard that it was taken. */
  labelOf(deployment: string | null): string | undefined {
    return this.#labels.get(deployment ?? '');
  }

  /** All that was recorded. Throws while nobody can be asked. */
  async log(): Promise<readonly BerthEvent[]> {
    this.#log.push(...(await this.fleet.berth.log(this.#log.at(-1)?.position ?? 0)));
    return this.#log;
  }

  async running(): Promise<Running> {
    const all = this.fleet.hosts.map(async (host) => [host.id, await containersOn(host)] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  /** Follows the log past a position until the step shows; false when it does not. */
  async shows(step: EventType, after: number, seconds: number): Promise<boolean> {
    try {
      await this.fleet.berth.until((event) => event.type === step && event.position > after, seconds, after);
      return true;
    } catch {
      return false;
    }
  }

  get doors(): readonly string[] {
    return this.fleet.hosts.map(({ address }) => `http://${address}:8080/`);
  }
}
