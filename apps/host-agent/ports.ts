import type { ContainerCreateOptions, NetworkCreateOptions, NetworkInspectInfo } from 'dockerode';
import type { Capacity, ContainerId, DoorsPart, EventId, Generation, Instant, NamesPart, ReportedImages, StackName } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import type { Caller } from '#libs/domain/naming';

export interface EngineInfo {
  readonly engine: string;
  readonly capacity: Capacity;
  readonly arch?: string;
}

/** The container engine of this host. Every call names what it is about and may be repeated: what is so already is success. */
export abstract class Engine {
  /** `arch` in the engine's word for images, `amd64`; absent where it does not say. */
  abstract info(): Promise<EngineInfo>;
  /** Every container of this host by its label, running or not. Throws `Transient` when the engine can't be reached. */
  abstract list(): Promise<readonly ObservedContainer[]>;
  /** What it has; null where it can't say. */
  async images(): Promise<ReportedImages | null> {
    return null;
  }

  /** Fetches the image where the engine lacks it. */
  abstract ensureImage(image: string): Promise<void>;
  abstract create(options: ContainerCreateOptions): Promise<void>;
  abstract start(container: ContainerId): Promise<void>;
  /** Returns when it has ended; after the grace the engine kills it. */
  abstract stop(container: ContainerId, graceMs: number): Promise<void>;
  abstract remove(container: ContainerId): Promise<void>;
  /** Its last lines. */
  abstract tail(container: ContainerId): Promise<string>;
  abstract network(name: string): Promise<NetworkInspectInfo | null>;
  abstract createNetwork(options: NetworkCreateOptions): Promise<void>;
  /** Calls after each change of one of our containers, or of images, and after each gap in which one may have been missed. */
  abstract watch(changed: () => void, imagesChanged?: () => void): { stop(): Promise<void> };
}

/** Files that are whole, whatever happens: after a crash each is the old one or the new one. */
export abstract class Disk {
  /** Null when the file is not there. */
  abstract read(path: string): Promise<string | null>;
  /** Once it returns, the file is the new one. Mode 0600 unless told. */
  abstract write(path: string, text: string, mode?: number): Promise<void>;
}

/** The machine itself. */
export abstract class Machine {
  /** Restarts it; returns once that has begun. */
  abstract restart(): Promise<void>;
}

/** Connections of this host's containers. */
export abstract class Sockets {
  /** Null when the port accepts a connection within a second, else why not. */
  abstract refusalOf(address: string, port: number): Promise<string | null>;
  /** Addresses of those who hold a connection to a port that the process's network namespace listens on; null when that can't be told. */
  abstract peersOf(pid: number): Promise<readonly string[] | null>;
}

/** Who asks from an address of this host's container network: by IPv4 address. */
export type CallerTable = Readonly<Record<string, Caller>>;

/** What this host's proxy prepared and serves of one stack. */
export interface ProxyLevel {
  readonly stack: StackName;
  /** `refused`: null says that it is prepared. */
  readonly drafts: readonly { readonly draft: EventId; readonly refused: string | null }[];
  /** `since`: this host's instant at which it began to serve the generation. */
  readonly doors: { readonly generation: Generation; readonly since: Instant } | null;
}

export interface NamesLevel {
  readonly stack: StackName;
  readonly generation: Generation;
}

/** The proxy of this host: a process that outlives the agent. */
export abstract class HostProxy {
  abstract ensureRunning(): Promise<void>;
  /** Makes the proxy match; a second call with the same parts changes nothing. `drafts[].refused`: null says prepared. */
  abstract apply(parts: readonly DoorsPart[]): Promise<readonly ProxyLevel[]>;
  /** Containers that served doors no longer name, for which requests still run. By stack. */
  abstract busy(): Promise<Readonly<Record<StackName, readonly ContainerId[]>>>;
}

/** The resolver of this host's containers: a process that outlives the agent. */
export abstract class HostResolver {
  abstract ensureRunning(): Promise<void>;
  /** The whole table of this host's callers. Returns when the resolver answers by it. */
  abstract registerCallers(callers: CallerTable): Promise<void>;
  /** Makes the resolver answer by these parts and says which it answers by. */
  abstract apply(parts: readonly NamesPart[]): Promise<readonly NamesLevel[]>;
}
