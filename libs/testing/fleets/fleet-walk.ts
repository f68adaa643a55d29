import {
  type BerthEvent,
  type ContainerId,
  type DeploymentId,
  type EventData,
  type EventType,
  type HostId,
  laneOf,
  type Manifest,
  type Placement,
  type Service,
  type StackName,
  subjectOf,
} from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import { manifestOf } from '#libs/testing/history';
import type { PlainContainer, PlainFleet, PlainHost, PlainWish } from './plain-fleet.ts';

const TAGS = ['gpu', 'ssd', 'eu'];
const REGIONS = ['region:north', 'region:south', 'region=west'];
const STACKS = ['blog', 'mail', 'shop'];
const SERVICES = ['api', 'web'];
const IMAGES = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`);
const MOST_HOSTS = 12;

/** A deployment that waits for its containers. */
export interface Asked {
  readonly stack: StackName;
  readonly deployment: DeploymentId;
  readonly version: number;
  readonly wishes: readonly PlainWish[];
}

/**
 * A fleet to which one thing after the other happens by chance. It is told twice: to a world, as events, and to plain lists that a
 * brute force reads, so that neither can hide a mistake of the other.
 */
export class FleetWalk {
  readonly plain: PlainFleet = { hosts: [], containers: [], setbacks: [], now: 1_000_000 };
  readonly #random: () => number;
  readonly #template: Manifest = manifestOf('shop', { web: {} });
  readonly #numbers = new Map<string, number>();
  #world = emptyWorld;
  #joined = 0;

  /** `random`: from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
    for (let nth = 0; nth < 2 + this.#below(MOST_HOSTS - 2); nth++) this.#join();
  }

  get world(): World {
    return this.#world;
  }

  /** Something happens to hosts and to containers, and a new version of some stack is deployed. */
  step(): Asked {
    this.plain.now += this.#below(90_000);
    for (let times = this.#below(4); times > 0; times--) this.#happens();
    return this.#deploy();
  }

  /** What the product decided. */
  take(events: readonly Decided[]): void {
    for (const { stream, type, data } of events) {
      this.#tell(stream, type, data);
      if (type === 'ContainersPlaced') this.plain.containers.push(...data.placements.map((placement) => this.#plainOf(data, placement)));
      if (type === 'PlacementsWithdrawn') for (const id of data.containers) this.#goes(id);
      if (type === 'PlacementReleased') this.#isGone(data.container);
    }
  }

  /** The newest deployment of the stack is promoted, or fails. */
  ends({ stack, deployment, version }: Asked, isPlaced: boolean): void {
    const of = { stack, deployment, version };
    if (!isPlaced || this.#random() < 0.2) {
      this.#fail(of);
      return;
    }
    this.#tell(`stack/${stack}`, 'VersionPromoted', { ...of, draft: null });
    for (const container of this.plain.containers.filter((known) => known.stack === stack && known.version < version))
      if (this.#random() < 0.7) this.#retire(container);
  }

  #happens(): void {
    const host = this.#one(this.plain.hosts);
    const container = this.#one(this.plain.containers.filter(({ isStaying }) => isStaying));
    const kind = this.#below(9);
    if (kind === 0 && this.plain.hosts.length < MOST_HOSTS) this.#join();
    else if (kind === 1 && host) this.#shut(host);
    else if (kind === 2 && host) this.#retag(host);
    else if (kind === 3 && container) this.#withdraw(container);
    else if (kind === 4 && container) this.#failOften(container);
    else if (kind === 5 && host) this.#note(host);
    else if (container) this.#retire(container);
  }

  #join(): void {
    const host = `h${String((this.#joined++ * 7) % 100).padStart(2, '0')}` as HostId;
    const tags = [...TAGS.filter(() => this.#random() < 0.6), ...(this.#random() < 0.8 ? [this.#one(REGIONS) as string] : [])];
    const capacity = { milliCpus: 1000 + this.#below(8) * 500, memoryBytes: 200 + this.#below(8) * 100 };
    this.#tell('hosts', 'HostJoined', { host, tags, capacity, proxy: true });
    this.plain.hosts.push({ host, tags, ...capacity, isShut: false, images: null });
    const joined = this.plain.hosts.at(-1);
    if (joined && this.#random() < 0.7) this.#note(joined);
  }

  #shut(host: PlainHost): void {
    const subject = { host: host.host };
    if (host.isShut) this.#tell('hosts', 'HostUncordoned', { ...subject, why: 'asked' });
    else this.#tell('hosts', 'HostCordoned', { ...subject, why: 'cordon' });
    host.isShut = !host.isShut;
  }

  #retag(host: PlainHost): void {
    const tags = TAGS.filter(() => this.#random() < 0.6);
    this.#tell('hosts', 'HostTagged', { host: host.host, tags });
    host.tags = tags;
  }

  /** Its images are others now, or told for the first time. */
  #note(host: PlainHost): void {
    const images = IMAGES.filter(() => this.#random() < 0.6);
    const held = images.filter((id) => !host.images?.includes(id));
    const gone = (host.images ?? []).filter((id) => !images.includes(id));
    this.#tell('hosts', 'ImagesNoted', { host: host.host, held, gone });
    host.images = images;
  }

  #withdraw(container: PlainContainer): void {
    const data = {
      stack: container.stack as StackName,
      containers: [container.container],
      why: 'scaled-down' as const,
      reason: 'the test says so',
    };
    this.#tell('fleet', 'PlacementsWithdrawn', data);
    this.#goes(container.container);
  }

  #failOften({ stack, service, host, container }: PlainContainer): void {
    const subject = { stack: stack as StackName, host, container };
    for (let times = 3 + this.#below(4); times > 0; times--) {
      const failure = { run: 'r', reason: 'exited' as const, exitCode: 1, oom: false, message: '', output: null };
      this.#tell(`host/${host}`, 'ContainerFailed', { ...subject, ...failure });
      this.plain.setbacks.push({ stack, service, host, at: this.plain.now });
    }
  }

  /** With or without the word of its host that it is gone. */
  #retire(container: PlainContainer): void {
    const stack = container.stack as StackName;
    const waited = { ms: 0, drained: true };
    this.#tell(`stack/${stack}`, 'ContainersRetired', { stack, containers: [container.container], reason: 'replaced', waited });
    this.#goes(container.container);
    if (this.#random() < 0.3) return;
    const subject = { stack, host: container.host, container: container.container };
    this.#tell(`host/${container.host}`, 'ContainerStopped', subject);
    this.#tell('fleet', 'PlacementReleased', subject);
    this.#isGone(container.container);
  }

  #fail(of: Pick<Asked, 'stack' | 'deployment' | 'version'>): void {
    const cause = { kind: 'deadline', message: 'too late', fix: null, container: null, exitCode: null, output: null } as const;
    this.#tell(`stack/${of.stack}`, 'DeployFailed', { ...of, step: 'start', cause });
    for (const container of this.plain.containers.filter((known) => known.deployment === of.deployment)) this.#retire(container);
  }

  #goes(id: string): void {
    for (const container of this.plain.containers) if (container.container === id) container.isStaying = false;
  }

  #isGone(id: string): void {
    const at = this.plain.containers.findIndex(({ container }) => container === id);
    if (at >= 0) this.plain.containers.splice(at, 1);
  }

  #deploy(): Asked {
    const stack = this.#one(STACKS) as StackName;
    const version = (this.#numbers.get(stack) ?? 0) + 1;
    this.#numbers.set(stack, version);
    const deployment =
      `${stack}${'abcdefghij'[version % 10]}${version.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`
        .padEnd(16, 'a')
        .slice(0, 16) as DeploymentId;
    const services = Object.fromEntries(SERVICES.slice(0, 1 + this.#below(2)).map((name) => [name, this.#service()]));
    const manifest: Manifest = { ...this.#template, stack, services };
    const subject = { stack, deployment, version };
    const byId = Object.fromEntries(
      Object.keys(services).map((name) => [name, this.#random() < 0.25 ? (this.#one(IMAGES) ?? null) : null]),
    );
    const images = Object.fromEntries(Object.entries(byId).map(([name, digest]) => [name, { reference: name, digest }]));
    this.#tell(`stack/${stack}`, 'VersionCreated', { ...subject, manifest, images, revision: null });
    this.#tell(`stack/${stack}`, 'DeploymentStarted', { ...subject, replaces: null });
    const wishes = Object.entries(services).map(([name, service]) => ({ stack, name, version, service, image: byId[name] ?? null }));
    return { stack, deployment, version, wishes };
  }

  #service(): Service {
    const base = Object.values(this.#template.services)[0] as Service;
    const spread = this.#random() < 0.3 ? 'region' : null;
    const mapped = this.#random() < 0.15 ? [{ port: 53, protocol: this.#random() < 0.5 ? ('tcp' as const) : ('udp' as const) }] : [];
    return {
      ...base,
      replicas: 1 + this.#below(mapped.length > 0 ? 2 : 5),
      tags: TAGS.filter(() => this.#random() < 0.2),
      strategy: this.#random() < 0.2 ? 'EMPTIEST_NODE' : 'HIGH_AVAILABILITY',
      spread,
      ports: mapped.length > 0 ? [{ container: 53, doors: [], unopened: [], mapped }] : [],
      resources: {
        milliCpus: this.#random() < 0.5 ? null : 100 + this.#below(4) * 100,
        memoryBytes: this.#random() < 0.3 ? null : 10 + this.#below(6) * 10,
      },
    };
  }

  #plainOf({ stack, service, version, deployment }: EventData<'ContainersPlaced'>, { container, host }: Placement): PlainContainer {
    const asked = this.#world.stacks.get(stack)?.versions[version]?.manifest.services[service];
    return {
      ...{ container: container as ContainerId, stack, service, version, deployment, host, isStaying: true },
      memoryBytes: asked?.resources.memoryBytes ?? 0,
      milliCpus: asked?.resources.milliCpus ?? 0,
      ports: (asked?.ports ?? []).flatMap(({ mapped }) => mapped.map(({ port, protocol }) => `${port} ${protocol}`)),
    };
  }

  #tell<T extends EventType>(stream: string, type: T, data: EventData<T>): void {
    const position = this.#world.position + 1;
    const version = (this.#world.versions.get(stream) ?? 0) + 1;
    const envelope = { id: `e${position}`, type, v: 1, stream, version, incarnation: 1, position, at: this.plain.now };
    const of = {
      lane: laneOf(subjectOf(data as EventData<EventType>)),
      laneNo: position,
      actor: 'test',
      correlation: 'test',
      causation: null,
    };
    this.#world = evolveWorld(this.#world, { ...envelope, ...of, data } as unknown as BerthEvent);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #one<T>(of: readonly T[]): T | undefined {
    return of[this.#below(of.length)];
  }
}
