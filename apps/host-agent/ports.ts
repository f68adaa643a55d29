import type { ContainerId, DoorsPart, EventId, Generation, Instant, NamesPart, StackName } from '#libs/contracts';
import type { Caller } from '#libs/domain/naming';

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
