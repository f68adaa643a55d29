import {
  type BerthEvent,
  type ContainerId,
  type DeploymentId,
  type Endpoint,
  type EventData,
  type Generation,
  generationText,
  type HostId,
  type Image,
  type Instant,
  type Manifest,
  type ServiceName,
  type StackName,
} from '#libs/contracts';

export interface HostModel {
  readonly host: HostId;
  /** As its agent names them, and what a person gave and took. */
  named: readonly string[];
  added: readonly string[];
  removed: readonly string[];
  group: string | null;
  capacity: EventData<'HostJoined'>['capacity'];
  proxy: boolean;
  isCordoned: boolean;
  isSuspected: boolean;
  isLost: boolean;
  /** Two agents say that they are it, so that it may be passed over. */
  isContested: boolean;
  connectedAt: Instant;
  /** Null while it told none: it may have any. */
  images: ReadonlySet<string> | null;
}

export interface ContainerModel {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: ServiceName;
  readonly slot: number;
  readonly version: number;
  readonly deployment: DeploymentId;
  readonly host: HostId;
  run: string | null;
  address: string | null;
  isHealthy: boolean;
  /** It ended, became unhealthy or started again at least once. */
  hasFailed: boolean;
  /** Live doors named it once. */
  hasServed: boolean;
  leaving: { readonly wave: number; readonly position: number; readonly at: Instant } | null;
  /** The scheduler takes it out of service, or another one holds its slot now. */
  isWithdrawn: boolean;
  isReplaced: boolean;
  /** With its host. */
  isLost: boolean;
  isRetired: boolean;
  isGone: boolean;
  isReleased: boolean;
  readonly drainedBy: Set<HostId>;
  /** When each host first served names without it, and each proxy doors without it, since it began to leave. */
  readonly unnamedAt: Map<HostId, Instant>;
  readonly unroutedAt: Map<HostId, Instant>;
  /** Position since which no names hold it any more. */
  namelessSince: number;
}

interface Served {
  readonly generation: Generation;
  readonly at: Instant;
}

export interface Doors {
  readonly version: number;
  readonly servers: EventData<'DoorsDrawn'>['servers'];
  readonly endpoints: Readonly<Record<string, readonly Endpoint[]>>;
}

export interface StackModel {
  readonly stack: StackName;
  readonly versions: Map<
    number,
    { readonly deployment: DeploymentId; readonly manifest: Manifest; readonly images: Readonly<Record<string, Image>> }
  >;
  running: DeploymentId | null;
  promoted: number | null;
  readonly everPromoted: Set<number>;
  readonly failed: Set<DeploymentId>;
  readonly drafts: Map<string, EventData<'DoorsDrawn'>>;
  doors: Doors | null;
  /** All that ever was live, by its generation's text. */
  readonly doorsOnce: Map<string, Doors>;
  readonly doorsServed: Map<HostId, Served>;
  readonly namesServed: Map<HostId, Served>;
  /** Those of all containers that are of this stack. */
  readonly containers: Map<ContainerId, ContainerModel>;
}

/** What the log says, kept apart from the product's own fold, so that a mistake there can't hide itself here. */
export interface Model {
  readonly hosts: Map<HostId, HostModel>;
  readonly groupTags: Map<string, readonly string[]>;
  readonly stacks: Map<StackName, StackModel>;
  /** Every container that was ever placed. */
  readonly containers: Map<ContainerId, ContainerModel>;
  /** Hosts that held a session. */
  readonly connected: Set<HostId>;
  /** Routes that are known to be without a healthy container: each is told once. */
  readonly dark: Set<string>;
  readonly order: Order;
}

/** How far the log, its streams and its lanes have come. */
export interface Order {
  readonly newest: Map<string, number>;
  readonly ids: Set<string>;
  at: Instant;
}

export const emptyModel = (): Model => ({
  ...{ hosts: new Map(), groupTags: new Map(), stacks: new Map(), containers: new Map(), connected: new Set(), dark: new Set() },
  order: { newest: new Map(), ids: new Set(), at: Number.NEGATIVE_INFINITY },
});

export const stackIn = (model: Model, stack: StackName): StackModel => {
  const known = model.stacks.get(stack);
  if (known) return known;
  const empty: StackModel = {
    ...{ stack, versions: new Map(), running: null, promoted: null, everPromoted: new Set(), failed: new Set() },
    ...{ drafts: new Map(), doors: null, doorsOnce: new Map(), doorsServed: new Map(), namesServed: new Map(), containers: new Map() },
  };
  model.stacks.set(stack, empty);
  return empty;
};

export const containersIn = (model: Model, stack: StackName): readonly ContainerModel[] => [
  ...(model.stacks.get(stack)?.containers.values() ?? []),
];

/** Those that are not declared lost: for the others nobody waits. */
export const liveIn = (model: Model): readonly HostModel[] => [...model.hosts.values()].filter(({ isLost }) => !isLost);

export const proxiesIn = (model: Model): readonly HostModel[] => liveIn(model).filter(({ proxy }) => proxy);

/** What counts for a placement. */
export const tagsOf = (model: Model, { host, named, added, removed, group }: HostModel): readonly string[] => [
  ...[...named, ...added, ...(model.groupTags.get(group ?? '') ?? [])].filter((tag) => !removed.includes(tag)),
  `name:${host}`,
  ...(group === null ? [] : [`group:${group}`]),
];

export const namedBy = (doors: Doors | null | undefined): readonly ContainerId[] =>
  Object.values(doors?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container));

/** The host's proxy is known to serve doors that don't lead to the container. */
export const servesWithout = (stack: StackModel, host: HostId, container: ContainerId): boolean => {
  const served = stack.doorsServed.get(host);
  const doors = served && stack.doorsOnce.get(generationText(served.generation));
  return doors !== undefined && !namedBy(doors).includes(container);
};

export const textOf = (event: BerthEvent): string => generationText({ incarnation: event.incarnation, position: event.position });
