import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HostId } from '#libs/contracts';
import { Berth } from '../../stories/harness/berth.ts';
import type { ControlService, Processes } from '../../stories/harness/processes.ts';
import { buildExample, saveExample } from './example.ts';
import { Host } from './host.ts';
import { Lan } from './lan.ts';
import { MARK, namesOf } from './names.ts';
import type { Place } from './place.ts';
import { hostIds, poolOf, routesOf } from './ranges.ts';
import { Relay } from './relay.ts';
import { sweep } from './remains.ts';

export interface FleetOptions {
  /** Up to 8 lower-case letters and digits that no other fleet of this machine has. */
  readonly name: string;
  readonly hosts: number;
  /** Sets addresses of containers and ports apart from those of other fleets and stories: 1 to 60. */
  readonly net: number;
  /** An engine that has the example's base image; else the first host builds it. */
  readonly builder?: string;
  /** Called before a host's first boot; gives back the socket of the engine that its agent is told. */
  readonly equip?: (place: Place) => Promise<string>;
  /** Told what comes next. */
  readonly say?: (text: string) => void;
}

/** The control plane on this machine, and hosts that reach it and each other over one wire. */
export class Fleet {
  readonly berth: Berth;
  readonly #options: FleetOptions;
  readonly #dir: string;
  readonly #hosts: Host[] = [];
  readonly #relays: Relay[] = [];
  #end: Promise<void> | null = null;

  private constructor(options: FleetOptions, berth: Berth) {
    this.#options = options;
    this.#dir = namesOf(options.name).dir;
    this.berth = berth;
  }

  /** Returns when every host takes containers; the example's images are on all of them. Leaves nothing behind when it fails. */
  static async up(options: FleetOptions): Promise<Fleet> {
    const { dir } = namesOf(options.name);
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o755);
    const fleet = new Fleet(options, await Berth.create('', options.net, { replicas: 1, dir, isHost: false }));
    try {
      await fleet.#lay();
      return fleet;
    } catch (cause) {
      await fleet.down().catch(() => undefined);
      throw cause;
    }
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  get control(): Processes {
    return this.berth.roof as Processes;
  }

  /** Starts a service that was ended. */
  startService(service: ControlService): Promise<void> {
    return this.control.replica(service, 0).start({ [MARK]: this.#dir });
  }

  host(id: string): Host {
    const host = this.#hosts.find((candidate) => candidate.id === id);
    if (!host) throw new Error(`find host ${JSON.stringify(id)}: there are ${this.#hosts.map((each) => each.id).join(', ')}`);
    return host;
  }

  /** Takes everything away. Throws when something is left, and names it. */
  down(): Promise<void> {
    this.#end ??= this.#takeAway();
    return this.#end;
  }

  async #takeAway(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.remove()));
    await Promise.all(this.#relays.map((relay) => relay.close()));
    await this.berth.destroy();
    await sweep(this.#options.name);
  }

  async #lay(): Promise<void> {
    const { name, hosts, say = () => undefined } = this.#options;
    say(`broker, database, control plane, and ${hosts} hosts`);
    const lan = await Lan.lay(name);
    this.#hosts.push(...hostIds(hosts).map((id, at) => this.#host(lan, id, at + 1)));
    await settled([this.berth.start({ [MARK]: this.#dir }), ...this.#hosts.map((host) => host.boot())]);
    say('images of the example, and agents');
    await settled([this.#bringImages(), this.#connect(lan)]);
    await settled(this.#hosts.map((host) => host.startAgent()));
    await settled(this.#hosts.map(({ id }) => this.berth.until((event) => event.stream === `host/${id}`, 60)));
  }

  #host(lan: Lan, id: HostId, index: number): Host {
    const { name, net, hosts, equip } = this.#options;
    const routes = routesOf({ net, hosts, index, lan });
    return new Host({ fleet: name, id, index, lan, pool: poolOf(net, index), routes, ...(equip && { equip }) });
  }

  async #connect(lan: Lan): Promise<void> {
    const broker = new URL(this.control.broker.url);
    const urls = await this.control.letIn(this.#hosts.map(({ id }) => id));
    for (const host of this.#hosts) {
      const relay = await Relay.open(lan.ours, { host: broker.hostname, port: Number(broker.port) });
      this.#relays.push(relay);
      host.connect({ relay, url: Object.assign(new URL(urls.get(host.id) ?? ''), { host: `${lan.ours}:${relay.port}` }).href });
    }
  }

  /** Built once and copied: where there is no registry, an image has the same id on every host only then. */
  async #bringImages(): Promise<void> {
    const [first] = this.#hosts;
    const builder = this.#options.builder ?? first?.socket ?? '';
    const file = join(this.#dir, 'images.tar');
    await buildExample(builder);
    await saveExample(builder, file);
    await Promise.all(this.#hosts.map((host) => (host.socket === builder ? undefined : host.load(file))));
  }
}

/** Like `Promise.all`, and fails only when all have ended: nothing is begun behind the back of who takes it away. */
const settled = async (work: readonly Promise<unknown>[]): Promise<void> => {
  await Promise.allSettled(work);
  await Promise.all(work);
};
