import type { BerthEvent, Capacity, Generation, HostId, Instant, StackName, StreamName } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import { evolveStack } from './evolve.ts';
import { type Past, pastAfter, toldAnew } from './incarnations.ts';
import { evolveOutages, type Outages } from './outages.ts';
import { emptyStack, type StackState } from './state.ts';

export interface HostFacts {
  readonly host: HostId;
  readonly tags: readonly string[];
  readonly capacity: Capacity;
  readonly proxy: boolean;
  /** The session that the host holds now; reports of another one are refused. */
  readonly session: { readonly generation: Generation; readonly runId: string; readonly at: Instant } | null;
  /** Runs of its agent that held the session before, newest first. */
  readonly earlierRuns: readonly string[];
  /** When its newest `ReportsRefused` was written. */
  readonly refusedAt: Instant | null;
}

/** So many earlier runs of an agent are known again. */
const RUNS_KEPT = 8;

/** What the log says up to a position. */
export interface World {
  readonly incarnation: number;
  readonly position: number;
  /** The version of every stream, for the expectations of a decision. */
  readonly versions: OrderedMap<StreamName, number>;
  readonly stacks: OrderedMap<StackName, StackState>;
  readonly hosts: OrderedMap<HostId, HostFacts>;
  readonly past: Past;
  readonly outages: Outages;
}

export const emptyWorld: World = {
  incarnation: 1,
  position: 0,
  versions: OrderedMap.empty(),
  stacks: OrderedMap.empty(),
  hosts: OrderedMap.empty(),
  past: {},
  outages: {},
};

/** Folds the next event of the log. */
export const evolveWorld = (world: World, event: BerthEvent): World => ({
  incarnation: event.incarnation,
  position: event.position,
  versions: world.versions.set(event.stream, event.version),
  stacks: evolveStacks(world, event),
  hosts: evolveHosts(world.hosts, event),
  past: event.type === 'IncarnationRaised' ? pastAfter(world.past, event) : world.past,
  outages: evolveOutages(world.outages, event),
});

export const stackOf = (world: World, stack: StackName): StackState => world.stacks.get(stack) ?? emptyStack(stack);

/** Hosts that are not declared lost, ordered by id. */
export const liveHosts = (world: World): readonly HostFacts[] => world.hosts.values();

export const liveProxies = (world: World): readonly HostFacts[] => liveHosts(world).filter((host) => host.proxy);

/** The versions of these streams, as far as they were folded. */
export const versionsOf = (world: World, streams: readonly StreamName[]): Record<StreamName, number> =>
  Object.fromEntries(streams.map((stream) => [stream, world.versions.get(stream) ?? 0]));

const evolveStacks = (world: World, event: BerthEvent): World['stacks'] => {
  if (event.type === 'IncarnationRaised')
    return OrderedMap.of([...world.stacks].map(([stack, state]) => [stack, toldAnew(state, event)] as const));
  if (!('stack' in event.data)) return world.stacks;
  const { stack } = event.data;
  return world.stacks.set(stack, evolveStack(stackOf(world, stack), event));
};

const evolveHosts = (hosts: World['hosts'], event: BerthEvent): World['hosts'] => {
  switch (event.type) {
    case 'HostJoined': {
      const { host, tags, capacity, proxy } = event.data;
      const { session = null, earlierRuns = [], refusedAt = null } = hosts.get(host) ?? {};
      return hosts.set(host, { host, tags, capacity, proxy, session, earlierRuns, refusedAt });
    }
    case 'HostTagged':
      return patch(hosts, event.data.host, { tags: event.data.tags });
    case 'HostConnected': {
      const generation = { incarnation: event.incarnation, position: event.position };
      const { host, runId } = event.data;
      return patch(hosts, host, { session: { generation, runId, at: event.at }, earlierRuns: earlierRuns(hosts.get(host), runId) });
    }
    case 'ReportsRefused':
      return patch(hosts, event.data.host, { refusedAt: event.at });
    default:
      return hosts;
  }
};

const patch = (hosts: World['hosts'], host: HostId, change: Partial<HostFacts>): World['hosts'] => {
  const known = hosts.get(host);
  return known ? hosts.set(host, { ...known, ...change }) : hosts;
};

const earlierRuns = (known: HostFacts | undefined, runId: string): readonly string[] =>
  [known?.session?.runId, ...(known?.earlierRuns ?? [])]
    .filter((run) => run !== undefined && run !== runId)
    .slice(0, RUNS_KEPT) as string[];
