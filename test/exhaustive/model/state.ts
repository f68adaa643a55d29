import type {
  BerthEvent,
  ContainerId,
  ContainerSpec,
  ContainersPart,
  DoorsPart,
  EventId,
  Generation,
  HostId,
  HostReport,
  HostState,
  Instant,
  NamesPart,
} from '#libs/contracts';
import type { Decision } from '#libs/domain';
import type { Held } from '#libs/domain/host';
import type { World } from '#libs/domain/stack';

/** The log as it was written, newest first. */
export interface Written {
  readonly event: BerthEvent;
  readonly before: Written | null;
}

/** A container as the engine of its host knows it. */
export interface Made {
  readonly spec: ContainerSpec;
  readonly state: 'created' | 'running' | 'exited';
  readonly runs: number;
  /** It ended by itself at least once. */
  readonly hasEnded: boolean;
}

export type Kind = HostState['kind'];
/** What passes between a host and the control plane: three kinds of parts to it, its reports from it. */
type Channel = Kind | 'report';

/** One host: what is on its disk, what runs on it, and what its agent alone remembers. */
export interface Machine {
  readonly host: HostId;
  readonly held: {
    readonly containers: Held<ContainersPart>;
    readonly names: Held<NamesPart>;
    readonly doors: Held<DoorsPart>;
  };
  readonly engine: ReadonlyMap<ContainerId, Made>;
  /** The newest run of each container that was healthy. */
  readonly healthyRuns: Readonly<Record<ContainerId, string>>;
  /** What its proxy serves, and which drafts it has checked. */
  readonly live: DoorsPart['live'];
  readonly prepared: readonly EventId[];
  /** What its resolver answers by, and since when. */
  readonly names: NamesPart | null;
  readonly namesAt: Instant;
  /** Containers for which a request is under way through its proxy. */
  readonly busy: readonly ContainerId[];
  /** Of its agent alone. */
  readonly run: number;
  readonly session: Generation | null;
  readonly refused: Readonly<Record<EventId, string>>;
  /** Channels of which the newest message was lost; the agent has to ask. */
  readonly lost: readonly Channel[];
  readonly isCut: boolean;
}

/** A second copy of a message, which comes when it likes. */
export interface Copy {
  readonly host: HostId;
  readonly message: HostState | HostReport;
}

type Levels = Readonly<Record<HostId, HostReport>>;

/** What somebody decided in a world that is not the newest any more, and may still append. */
export interface Afoot {
  readonly who: string;
  readonly decision: Pick<Decision, 'events' | 'expected'>;
}

export interface State {
  readonly world: World;
  /** How it came about: no part of what a state is. */
  readonly written: Written | null;
  /** The newest report that the recorder took of each host, since it began; the number of the newest that was sent. */
  readonly levels: Levels;
  readonly sent: number;
  readonly now: Instant;
  readonly machines: readonly Machine[];
  readonly afoot: readonly Afoot[];
  readonly copies: readonly Copy[];
  readonly faults: number;
}

/** How many faults may happen in one history, and whether a container that ends by itself is one of them. */
export interface Limits {
  readonly faults: number;
  readonly ends: boolean;
}

/** One thing that may happen next. */
export interface Move {
  readonly label: string;
  readonly next: State;
  /** It may never happen: a fault, what was frozen goes on, a second copy comes. */
  readonly isByChance?: true;
  /** The host that did it. */
  readonly by?: HostId;
}
