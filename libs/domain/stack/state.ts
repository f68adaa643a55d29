import type {
  ContainerId,
  DeploymentId,
  DoorSet,
  EventData,
  EventId,
  FailureCause,
  Generation,
  HostId,
  Image,
  Instant,
  Manifest,
  ServiceName,
  StackName,
} from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';

export interface VersionState {
  readonly version: number;
  readonly deployment: DeploymentId;
  readonly manifest: Manifest;
  readonly images: Readonly<Record<string, Image>>;
  /** `superseded`: it was promoted once and its containers leave now. */
  readonly status: 'created' | 'promoted' | 'superseded' | 'retired' | 'failed';
}

export interface DeploymentState {
  readonly deployment: DeploymentId;
  readonly version: number;
  readonly status: 'queued' | 'running' | 'promoted' | 'failed';
  /** When it was started; null while it waits. */
  readonly startedAt: Instant | null;
  readonly replaces: number | null;
  /** By service: how its placing went. */
  readonly placed: Readonly<Record<string, 'placed' | 'delayed' | 'failed'>>;
  /** By service: how many containers each of its slots was given so far, the first slot first. */
  readonly given: Readonly<Record<string, readonly number[]>>;
  readonly placementFailure: EventData<'PlacementFailed'> | null;
  readonly doorsRefused: EventData<'DoorsRefused'> | null;
  /** The draft that was drawn for it. */
  readonly draft: EventId | null;
  readonly promotedAt: { readonly generation: Generation; readonly at: Instant } | null;
  readonly isSwitchCompleted: boolean;
  readonly failure: { readonly step: string; readonly cause: FailureCause } | null;
}

export interface ContainerState {
  readonly container: ContainerId;
  readonly service: ServiceName;
  readonly slot: number;
  readonly version: number;
  readonly deployment: DeploymentId;
  readonly host: HostId;
  readonly reason: string;
  readonly status: 'placed' | 'started' | 'healthy' | 'failed';
  /** When it came into this status. */
  readonly since: Instant;
  readonly run: string | null;
  readonly address: string | null;
  /** The `ContainerHealthy` that holds now. */
  readonly healthyAt: Generation | null;
  readonly failure: EventData<'ContainerFailed'> | null;
  /** It left doors and names with this event. */
  readonly leaving: {
    readonly wave: number;
    readonly generation: Generation;
    readonly at: Instant;
    readonly disregard: readonly ContainerId[];
  } | null;
  /** Hosts that said that nothing they know of uses it any more, and when; forgotten with its retirement. */
  readonly drainedBy: OrderedMap<HostId, Instant>;
  readonly drainedAt: Instant | null;
  readonly retired: { readonly reason: EventData<'ContainersRetired'>['reason']; readonly at: Instant } | null;
  /** The container of its slot in whose place it came. */
  readonly replaces: ContainerId | null;
  /** The scheduler takes it out of service: it leaves like one that is replaced. */
  readonly withdrawn: { readonly why: EventData<'PlacementsWithdrawn'>['why']; readonly at: Instant } | null;
  /** Its host was lost, and it was not found again. */
  readonly lostAt: Instant | null;
  /** Its host reported it gone; it is forgotten with `PlacementReleased`. */
  readonly isGone: boolean;
}

export interface DraftState extends DoorSet {
  readonly draft: EventId;
  readonly deployment: DeploymentId;
  readonly version: number;
  /** By host: when its proxy had prepared it. */
  readonly prepared: OrderedMap<HostId, Instant>;
  /** By host: the words of its proxy. */
  readonly refused: OrderedMap<HostId, string>;
}

export interface Served {
  readonly generation: Generation;
  /** When the fact was recorded. */
  readonly at: Instant;
  /** The host's own instant at which it began. */
  readonly since: Instant;
  /** When it first served what a leaving container waits for, where it serves something newer by now. */
  readonly firsts: readonly { readonly generation: Generation; readonly at: Instant }[];
}

interface Park {
  readonly event: EventId;
  readonly error: string;
  readonly at: Instant;
}

/** A container of the service failed on the host. */
export interface Setback {
  readonly service: ServiceName;
  readonly host: HostId;
  readonly at: Instant;
}

/** What hosts and proxies must serve, or something newer, to lead nobody to a leaving container; `doors` is null while they shall lead to it. */
export interface OutOfReach {
  readonly names: Generation;
  readonly doors: Generation | null;
}

/** Everything that the log says of one stack. Each service folds it and decides from it. */
export interface StackState {
  readonly stack: StackName;
  /** Asked for and not yet a version, oldest first. */
  readonly requests: readonly EventData<'DeployRequested'>[];
  /** Those that are not over, and the newest of those that are. */
  readonly versions: Readonly<Record<number, VersionState>>;
  readonly deployments: Readonly<Record<DeploymentId, DeploymentState>>;
  /** By service: what it was scaled to, for versions whose manifest says `of`. */
  readonly scaled: Readonly<Record<string, { readonly replicas: number; readonly of: number }>>;
  /** Asked for and not done, oldest first. */
  readonly scaling: readonly ({ readonly request: EventId } & Omit<EventData<'ScaleRequested'>, 'stack'>)[];
  /** By container: the host to which it shall move. */
  readonly moves: Readonly<Record<ContainerId, HostId>>;
  /** Waiting deployments, oldest first. */
  readonly queue: readonly DeploymentId[];
  readonly running: DeploymentId | null;
  /** The promoted version. */
  readonly promoted: number | null;
  /** Its newest, oldest first: a host on which one service fails again and again comes last. */
  readonly setbacks: readonly Setback[];
  /** By service: the host that holds the volumes of each slot, the first slot first; null where none does. */
  readonly pinned: Readonly<Record<string, readonly (HostId | null)[]>>;
  /** From the placement to its release. */
  readonly containers: OrderedMap<ContainerId, ContainerState>;
  readonly drafts: Readonly<Record<EventId, DraftState>>;
  /** What serves, or shall serve, at every proxy. */
  readonly doors: ({ readonly generation: Generation; readonly version: number } & DoorSet) | null;
  /** Of the newest event that changed who is found under which name. */
  readonly names: Generation;
  /** Of the newest event that changed what a host shall run. */
  readonly desired: Generation;
  /** Containers that left the names and were not yet told to stop. */
  readonly leaving: OrderedMap<ContainerId, OutOfReach>;
  /** What they wait for, each once. */
  readonly awaited: { readonly names: readonly Generation[]; readonly doors: readonly Generation[] };
  readonly doorsServed: OrderedMap<HostId, Served>;
  readonly namesServed: OrderedMap<HostId, Served>;
  /** By service: why it decides nothing for this stack. */
  readonly parks: Readonly<Record<string, Park>>;
  /** The newest event that concerns this stack, for causation, and the deployment that it belongs to. */
  readonly last: { readonly id: EventId; readonly correlation: string } | null;
}

export const emptyStack = (stack: StackName): StackState => ({
  stack,
  requests: [],
  versions: {},
  deployments: {},
  scaled: {},
  scaling: [],
  moves: {},
  queue: [],
  running: null,
  promoted: null,
  setbacks: [],
  pinned: {},
  containers: OrderedMap.empty(),
  drafts: {},
  doors: null,
  names: { incarnation: 1, position: 0 },
  desired: { incarnation: 1, position: 0 },
  leaving: OrderedMap.empty(),
  awaited: { names: [], doors: [] },
  doorsServed: OrderedMap.empty(),
  namesServed: OrderedMap.empty(),
  parks: {},
  last: null,
});

/** Ordered by id, so that every fold and decision meets them in one order. */
export const containersOf = (state: StackState): readonly ContainerState[] => state.containers.values();

/** It may be found: healthy, there, on a host that is not lost, not leaving, not retired. */
export const isInService = ({ status, isGone, leaving, retired, lostAt }: ContainerState): boolean =>
  status === 'healthy' && !isGone && leaving === null && retired === null && lostAt === null;

/**
 * Whom callers are led to, of the containers of one service and version: those in service. Where there is none, those that still run though
 * their checks fail, and those that were healthy when their host was given up: when all fail at once, the check or the host's load is the
 * likelier cause; a host may be cut off from us alone; and a refusal would help nobody.
 */
export const callable = (containers: readonly ContainerState[]): readonly ContainerState[] => {
  const inService = containers.filter(isInService);
  return inService.length > 0 ? inService : containers.filter((known) => isRunningUnwell(known) || isOutOfSight(known));
};

const isRunningUnwell = ({ status, failure, leaving, retired, isGone, lostAt }: ContainerState): boolean =>
  status === 'failed' && failure?.reason === 'unhealthy' && leaving === null && retired === null && !isGone && lostAt === null;

const isOutOfSight = ({ status, leaving, retired, isGone, lostAt, withdrawn }: ContainerState): boolean =>
  lostAt !== null && status === 'healthy' && leaving === null && retired === null && withdrawn === null && !isGone;

/** It is to stay: its host was not lost, and nothing takes it out of service. Of one that shall move, its replacement is so besides it. */
export const isStaying = ({ lostAt, withdrawn, leaving, retired }: ContainerState): boolean =>
  lostAt === null && withdrawn === null && leaving === null && retired === null;

/**
 * How many containers a version shall have of a service: what it was scaled to, as long as its manifest says what it said then. Of what every
 * host has, nobody scales the number.
 */
export const replicasOf = ({ scaled }: StackState, { manifest }: VersionState, service: string): number => {
  const { replicas: inManifest = 0, strategy } = manifest.services[service as ServiceName] ?? {};
  const overlay = strategy === 'EVERY_NODE' ? undefined : scaled[service];
  return overlay?.of === inManifest ? overlay.replicas : inManifest;
};

/** The services of a version that have a door. */
export const routedServices = (manifest: Manifest): readonly string[] =>
  Object.keys(manifest.services)
    .filter((name) => manifest.services[name as ServiceName]?.ports.some((port) => port.doors.length > 0))
    .sort();
