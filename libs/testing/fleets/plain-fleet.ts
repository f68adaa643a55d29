import type { ContainerId, DeploymentId, HostId, Service } from '#libs/contracts';

/** Who could be where, in lists that are walked from end to end. */
export interface PlainFleet {
  readonly hosts: PlainHost[];
  /** Not released. */
  readonly containers: PlainContainer[];
  readonly setbacks: { readonly stack: string; readonly service: string; readonly host: HostId; readonly at: number }[];
  now: number;
}

export interface PlainHost {
  readonly host: HostId;
  tags: readonly string[];
  readonly milliCpus: number;
  readonly memoryBytes: number;
  isShut: boolean;
  /** By their ids; null while it told none: it may have any. */
  images: readonly string[] | null;
}

export interface PlainContainer {
  readonly container: ContainerId;
  readonly stack: string;
  readonly service: string;
  readonly version: number;
  readonly deployment: DeploymentId;
  readonly host: HostId;
  readonly milliCpus: number;
  readonly memoryBytes: number;
  readonly ports: readonly string[];
  isStaying: boolean;
}

export interface PlainWish {
  readonly stack: string;
  readonly name: string;
  readonly version: number;
  readonly service: Service;
  /** The id by which its image is named; null where a registry has it. */
  readonly image: string | null;
}

/** By brute force: each host, each container, each time. */
export const fittingHosts = ({ hosts, containers }: PlainFleet, { service, image }: PlainWish): readonly PlainHost[] =>
  hosts.filter((host) => {
    const here = containers.filter((known) => known.host === host.host);
    const sum = (key: 'milliCpus' | 'memoryBytes'): number => here.reduce((all, known) => all + known[key], 0);
    const hasRoom = (['milliCpus', 'memoryBytes'] as const).every((key) => {
      const wanted = service.resources[key];
      return wanted === null || sum(key) + wanted <= host[key];
    });
    const ports = service.ports.flatMap(({ mapped }) => mapped.map(({ port, protocol }) => `${port} ${protocol}`));
    const isPortHeld = here.some((known) => known.ports.some((port) => ports.includes(port)));
    const isThere = image === null || host.images === null || host.images.includes(image);
    return isThere && !host.isShut && service.tags.every((tag) => host.tags.includes(tag)) && hasRoom && !isPortHeld;
  });

/** Of the rule, all that is counted of a host, in the order in which it counts; the least is taken, equal ones by id. */
const scoreOf = (fleet: PlainFleet, wish: PlainWish, host: PlainHost): readonly number[] => {
  const { stack, name, version, service } = wish;
  const count = (test: (known: PlainContainer) => boolean): number =>
    fleet.containers.filter((known) => known.isStaying && test(known)).length;
  const isOwn = (known: PlainContainer): boolean => known.stack === stack && known.service === name;
  const here = (test: (known: PlainContainer) => boolean): number => count((known) => known.host === host.host && test(known));
  const setbacks = fleet.setbacks.filter((known) => known.stack === stack && known.service === name && known.host === host.host);
  const isFailing = setbacks.filter(({ at }) => at >= fleet.now - 300_000).length >= 5;
  const region = regionOf(host);
  const alike = new Set(fleet.hosts.filter((other) => regionOf(other) === region).map((other) => other.host));
  const inRegion = service.spread === null ? 0 : count((known) => isOwn(known) && known.version === version && alike.has(known.host));
  const all = here(() => true);
  return [
    isFailing ? 1 : 0,
    inRegion,
    service.strategy === 'EMPTIEST_NODE' ? all : 0,
    here((known) => isOwn(known) && known.version === version),
    here(isOwn),
    here((known) => known.stack === stack),
    all,
  ];
};

/** The one host that the letter of the rule allows; null where none fits. */
export const exactHost = (fleet: PlainFleet, wish: PlainWish): HostId | null => {
  const scored = fittingHosts(fleet, wish).map((host) => ({ host: host.host, score: scoreOf(fleet, wish, host) }));
  scored.sort((a, b) => compare(a.score, b.score) || (a.host < b.host ? -1 : 1));
  return scored[0]?.host ?? null;
};

const compare = (one: readonly number[], other: readonly number[]): number => {
  const at = one.findIndex((value, nth) => value !== other[nth]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
};

const regionOf = ({ tags }: PlainHost): string => tags.find((tag) => /^region[:=]/.test(tag))?.slice('region:'.length) ?? '';
