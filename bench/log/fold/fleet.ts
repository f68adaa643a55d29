import {
  type BerthEvent,
  containerIdOf,
  type DeploymentId,
  type EventData,
  type EventType,
  laneOf,
  type StackName,
  subjectOf,
} from '#libs/contracts';
import { deploymentOf, manifestOf } from '#libs/testing/history';

/** Containers of a stack, of a service, and on a host. */
const STACK = 1000;
const SERVICE = 200;
const HOST = 100;
const BATCH = 1000;

/** Numbers events as a log does. */
class Teller {
  readonly #versions = new Map<string, number>();
  #told: BerthEvent[] = [];
  position = 0;

  /** Gives its id. */
  tell<T extends EventType>(stream: string, type: T, data: object): string {
    const version = (this.#versions.get(stream) ?? 0) + 1;
    this.#versions.set(stream, version);
    const position = ++this.position;
    const id = `00000000-0000-7000-8000-${position.toString(16).padStart(12, '0')}`;
    const lane = laneOf(subjectOf(data as EventData<EventType>));
    this.#told.push({
      ...{ id, type, v: 1, stream, version, incarnation: 1, position, lane, laneNo: position, at: position },
      ...{ actor: 'bench', correlation: 'bench', causation: null, data },
    } as unknown as BerthEvent);
    return id;
  }

  /** What was told since, each event of its own bytes, as a database gives them. */
  take(): readonly BerthEvent[] {
    const told = this.#told;
    this.#told = [];
    return told.map((event) => JSON.parse(JSON.stringify(event)));
  }

  get isFull(): boolean {
    return this.#told.length >= BATCH;
  }
}

/** The log of a fleet in which so many containers run, in batches: stacks of five services, each deployed once. */
export function* fleetOf(containers: number): Generator<readonly BerthEvent[]> {
  const teller = new Teller();
  const hosts = Array.from({ length: containers / HOST }, (_, nth) => `host-${nth}`);
  for (const host of hosts) {
    teller.tell('hosts', 'HostJoined', { host, tags: ['ssd'], capacity: { milliCpus: 64_000, memoryBytes: 2 ** 38 }, proxy: true });
    teller.tell(`host/${host}`, 'HostConnected', { host, runId: `run-of-${host}`, engine: '28.0' });
    if (teller.isFull) yield teller.take();
  }
  for (let nth = 0; nth < containers / STACK; nth++)
    for (const _ of deployed(teller, `shop-${nth}`, 1, hostsOf(hosts, nth))) if (teller.isFull) yield teller.take();
  yield teller.take();
}

/** The log of one stack of ten containers that is deployed so many times, behind a hundred proxies. A batch is one deployment. */
export function* livesOf(deployments: number): Generator<readonly BerthEvent[]> {
  const teller = new Teller();
  const stack = 'shop';
  const hosts = Array.from({ length: HOST }, (_, nth) => `host-${nth}`);
  for (let version = 1; version <= deployments; version++) {
    const deployment = deploymentOf(`shop${version}`, version);
    const before = version === 1 ? [] : placementsOf(stack, deploymentOf(`shop${version - 1}`, version - 1), 'web', hosts.slice(0, 10));
    live(
      teller,
      { stack, version, deployment },
      hosts,
      before.map(({ container }) => container),
    );
    yield teller.take();
  }
}

/** It is placed and drawn, promoted when all have prepared it, and takes the place of those before. */
const live = (
  teller: Teller,
  subject: { stack: string; version: number; deployment: DeploymentId },
  hosts: readonly string[],
  before: readonly string[],
): void => {
  const { stack, version, deployment } = subject;
  const own = `stack/${stack}`;
  const placements = placementsOf(stack, deployment, 'web', hosts.slice(0, 10));
  teller.tell(own, 'VersionCreated', { ...subject, manifest: manifestOf(stack, { web: { replicas: 10 } }), images: {}, revision: null });
  teller.tell(own, 'DeploymentStarted', { ...subject, replaces: null });
  teller.tell('fleet', 'ContainersPlaced', { ...subject, service: 'web', placements });
  for (const { container, host } of placements)
    teller.tell(`host/${host}`, 'ContainerStarted', { stack, host, container, run: 'r', address: '10.64.0.2', engineId: 'e', image: 'i' });
  const draft = teller.tell(`doors/${stack}`, 'DoorsDrawn', { stack, mode: 'draft', deployment, version, servers: [], endpoints: {} });
  for (const host of hosts) teller.tell(`host/${host}`, 'ProxyPrepared', { stack, host, draft });
  teller.tell(own, 'VersionPromoted', { ...subject, draft });
  if (before.length === 0) return;
  teller.tell(own, 'RetirementWaveStarted', { stack, version: version - 1, wave: 1, containers: before, disregard: before });
  for (const host of hosts) teller.tell(`host/${host}`, 'ContainersDrained', { stack, host, containers: before });
  teller.tell(own, 'ContainersRetired', { stack, containers: before, reason: 'replaced', waited: { ms: 1, drained: true } });
  for (const container of before) teller.tell('fleet', 'PlacementReleased', { stack, container, host: 'host-1' });
  teller.tell(own, 'VersionRetired', { stack, version: version - 1 });
};

const hostsOf = (hosts: readonly string[], nth: number): readonly string[] =>
  Array.from({ length: HOST }, (_, place) => hosts[(nth * 10 + place) % hosts.length] as string);

const SERVICES = ['web', 'api', 'mail', 'search', 'work'];

/** Yields now and then. */
function* deployed(teller: Teller, stack: string, version: number, hosts: readonly string[]): Generator<void> {
  const deployment = deploymentOf(stack, version);
  const subject = { stack, deployment, version };
  const manifest = manifestOf(stack, Object.fromEntries(SERVICES.map((name) => [name, { replicas: SERVICE }])));
  const images = Object.fromEntries(SERVICES.map((name) => [name, { reference: `${name}:${version}`, digest: null }]));
  teller.tell(`stack/${stack}`, 'VersionCreated', { ...subject, manifest, images, revision: null });
  teller.tell(`stack/${stack}`, 'DeploymentStarted', { ...subject, replaces: null });
  for (const service of SERVICES) {
    const placements = placementsOf(stack, deployment, service, hosts);
    teller.tell('fleet', 'ContainersPlaced', { stack, deployment, service, version, placements });
    yield;
    for (const { container, host } of placements) {
      const of = { stack, host, container };
      teller.tell(`host/${host}`, 'ContainerStarted', { ...of, run: `run-${container}`, address: '10.64.0.2', engineId: 'e', image: 'i' });
      teller.tell(`host/${host}`, 'ContainerHealthy', { ...of, run: `run-${container}`, by: 'port' });
      yield;
    }
  }
  teller.tell(`stack/${stack}`, 'VersionPromoted', { ...subject, draft: null });
  const generation = { incarnation: 1, position: teller.position };
  for (const host of hosts) teller.tell(`host/${host}`, 'NamesServed', { stack, host, generation });
  teller.tell(`stack/${stack}`, 'SwitchCompleted', { ...subject, generation, proxies: [], skewMs: 0 });
  yield;
}

const placementsOf = (stack: string, deployment: ReturnType<typeof deploymentOf>, service: string, hosts: readonly string[]) =>
  Array.from({ length: SERVICE }, (_, nth) => {
    const slot = nth + 1;
    const host = hosts[nth % hosts.length] as string;
    const reason = `fits with ${hosts.length} others; the fewest of ${service} run there`;
    return {
      container: containerIdOf({ stack: stack as StackName, service: service as never, slot, deployment, replacement: 1 }),
      slot,
      host,
      reason,
    };
  });
