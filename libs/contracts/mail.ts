import type { Anchor } from './anchor.ts';
import type { Endpoint, Server } from './events/doors.ts';
import type { Capacity } from './events/hosts.ts';
import type { Generation } from './generation.ts';
import type { ContainerId, DeploymentId, EventId, HostId, Instant, ServiceName, StackName } from './ids.ts';
import type { Datasource, Healthcheck } from './manifest/manifest.ts';

/**
 * Mail is addressed, small and may be lost: every message is a level or a question that is asked again.
 * Agents know nothing else of the control plane.
 */

/** The newest format of mail that this release writes and reads. An agent gets the one that it named, or this where it knows newer ones. */
export const MAIL_FORMAT = 2;

/** A container as its host shall run it. Its environment is sealed; the key comes beside it. */
export interface ContainerSpec {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: ServiceName;
  readonly slot: number;
  readonly version: number;
  readonly deployment: DeploymentId;
  /** What to run: the digest where one is known, else the reference. */
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  /** Sealed values by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Container ports in the manifest's order; the first one is tried where there is no health check. */
  readonly ports: readonly number[];
  readonly healthcheck: Healthcheck | null;
  readonly milliCpus: number | null;
  readonly memoryBytes: number | null;
  readonly stopGraceMs: number;
}

export type DesiredContainer =
  | { readonly goal: 'run'; readonly spec: ContainerSpec }
  /** Runs on, but nothing leads to it any more: tell when nobody uses it. */
  | { readonly goal: 'drain'; readonly spec: ContainerSpec; readonly disregard: readonly ContainerId[] }
  | { readonly goal: 'gone'; readonly container: ContainerId; readonly stopGraceMs: number };

export interface ContainersPart {
  readonly stack: StackName;
  readonly generation: Generation;
  /** Ordered by id. Only those of the addressed host. */
  readonly containers: readonly DesiredContainer[];
}

export interface NamedEndpoint {
  readonly container: ContainerId;
  readonly host: HostId;
  readonly address: string;
}

/** What a stack's callers find: the whole table, the same for every host. */
export interface NamesPart {
  readonly stack: StackName;
  readonly generation: Generation;
  /** Null before the first promotion. */
  readonly promoted: number | null;
  /** Healthy containers that are not leaving, by version and service, ordered by container. A service without any has an empty list. */
  readonly versions: Readonly<Record<string, Readonly<Record<string, readonly NamedEndpoint[]>>>>;
  /** By the caller's version: services of which its callers find the promoted version, as its manifest says. A version without any is left out. */
  readonly unversioned: Readonly<Record<string, readonly string[]>>;
  /** The version as which each container calls. */
  readonly callers: Readonly<Record<ContainerId, number>>;
  readonly datasources: readonly Datasource[];
}

/** What one proxy serves for one stack. */
export interface DoorSet {
  readonly servers: readonly Server[];
  readonly endpoints: Readonly<Record<string, readonly Endpoint[]>>;
}

export interface DoorsPart {
  readonly stack: StackName;
  /** Null before anything served. */
  readonly live: ({ readonly generation: Generation } & DoorSet) | null;
  /** Drafts to prepare; one that is no longer named is forgotten. */
  readonly drafts: readonly ({ readonly draft: EventId } & DoorSet)[];
}

/** One container as its host sees it now. `gone` is said until the desired state names it no more. */
export interface ReportedContainer {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly state: 'starting' | 'running' | 'exited' | 'gone';
  /** Names this start of the container; null when it never ran. */
  readonly run: string | null;
  readonly engineId: string | null;
  readonly image: string | null;
  readonly address: string | null;
  readonly health: 'unknown' | 'healthy' | 'unhealthy';
  readonly healthBy: 'healthcheck' | 'port' | 'running';
  readonly exitCode: number | null;
  readonly oom: boolean;
  /** Why it can't be started, or what the last failing probe said. */
  readonly message: string;
  /** Its last lines, once it failed. */
  readonly output: string | null;
  /** Of a leaving container: no connection from outside its own and later waves is established. */
  readonly drained: boolean;
}

/** What this host prepared and serves of one stack. */
export interface ReportedPart {
  readonly stack: StackName;
  readonly drafts: readonly { readonly draft: EventId; readonly refused: string | null }[];
  readonly doors: { readonly generation: Generation; readonly since: Instant } | null;
  readonly names: Generation | null;
  /** Containers that the served doors do not name, for which this host's proxy still holds requests. Read after `doors`. */
  readonly busy: readonly ContainerId[];
}

/** Images of a host by their ids, ordered: those with a name that no registry is known to have, and all others. The newest, where it has very many. */
export interface ReportedImages {
  readonly local: readonly string[];
  readonly others: readonly string[];
}

export interface HostHello {
  readonly type: 'HostHello';
  readonly host: HostId;
  readonly runId: string;
  readonly tags: readonly string[];
  readonly capacity: Capacity;
  readonly proxy: boolean;
  readonly engine: string;
  /** Of its machine since that started last. */
  readonly bootId?: string | undefined;
  /** The group whose tags it has besides its own. */
  readonly group?: string | undefined;
  /** The newest format of mail that it reads; 1 where it says nothing. */
  readonly format?: number | undefined;
  /** The newest place in the log that it was told of. */
  readonly heard?: Generation | undefined;
  /** The newest head of the log that it was told of. */
  readonly anchor?: Anchor | undefined;
}
interface HostWelcome {
  readonly type: 'HostWelcome';
  readonly host: HostId;
  readonly runId: string;
  readonly session: Generation;
  /** The format of all mail to it in this session; 1 where it is not said. */
  readonly format?: number;
  /** So long, in milliseconds, nothing is given up of a host that is silent. */
  readonly lostMs?: number;
}
/**
 * Levels: `full` says that what is not named is not there. Any other one holds what changed after the report `since` (format 2): who did not get that
 * one asks for a hello. Without it, it holds what changed after the last that was acknowledged.
 */
export interface HostReport {
  readonly type: 'HostReport';
  readonly host: HostId;
  readonly session: Generation;
  readonly seq: number;
  readonly full: boolean;
  readonly since?: number | undefined;
  readonly containers: readonly ReportedContainer[];
  readonly parts: readonly ReportedPart[];
  /** Absent where they did not change, and where the agent does not know them. */
  readonly images?: ReportedImages | undefined;
}
interface ReportAcknowledged {
  readonly type: 'ReportAcknowledged';
  readonly host: HostId;
  readonly session: Generation;
  readonly seq: number;
}
/** The receiver did not find the session: say hello again. */
interface HelloWanted {
  readonly type: 'HelloWanted';
  readonly host: HostId;
}
/** "What should I be?" Asked at start, at reconnect and every few seconds. */
export interface StateWanted {
  readonly type: 'StateWanted';
  readonly host: HostId;
  /** What it has of that which is asked for, by `holdingOf`: where that is all, the answer says no more than as of when. */
  readonly holds?: string | undefined;
}
/** A scheduler's word to itself, under the name of its process: that it comes back shows that what agents say comes too. */
export interface Echo {
  readonly type: 'Echo';
  readonly run: string;
  readonly seq: number;
}
/** "Which heads of the log do you remember?" Answered to the gateway that asks. */
interface AnchorsWanted {
  readonly type: 'AnchorsWanted';
  readonly host: HostId;
  readonly replyTo: GatewayAddress;
}
/** The newest hours, and of each day before the last one. Oldest first. */
export interface HostAnchors {
  readonly type: 'HostAnchors';
  readonly host: HostId;
  readonly anchors: readonly Anchor[];
}
type StateOf<Kind extends string, Part> = {
  readonly type: 'HostState';
  readonly host: HostId;
  readonly kind: Kind;
  /** Position up to which the sender had read the log. A state of an older one is dropped. */
  readonly asOf: Generation;
  /** True: stacks that are not named have no part here. False: only these parts changed. */
  readonly full: boolean;
  readonly parts: readonly Part[];
};
export type ContainersState = StateOf<'containers', ContainersPart> & {
  /** Base64 keys that open the environments of these parts, by key id. */
  readonly keys: Readonly<Record<string, string>>;
  /** The agent restarts the machine, once, while that still runs as this boot. Only in full states. */
  readonly reboot?: { readonly bootId: string } | undefined;
  /** A late head of the log, for its receiver to remember; absent where it could not be had. */
  readonly anchor?: Anchor | undefined;
};
export type NamesState = StateOf<'names', NamesPart>;
export type DoorsState = StateOf<'doors', DoorsPart>;
export type HostState = ContainersState | NamesState | DoorsState;

export type MailToAgent = HostWelcome | ReportAcknowledged | HelloWanted | AnchorsWanted | HostState;
type MailToScheduler = HostHello | HostReport | StateWanted | Echo;
export type MailMessage = MailToAgent | MailToScheduler | HostAnchors;

/** One replica's own: an answer goes to who asked. */
export type GatewayAddress = `gateway/${string}`;

/** `scheduler`, `dns-central`, `proxy-configurator`, `gateway/<replica>` or `host/<id>`. */
export type MailAddress = 'scheduler' | 'dns-central' | 'proxy-configurator' | GatewayAddress | `host/${string}`;
