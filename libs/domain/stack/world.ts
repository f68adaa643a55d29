import type { BerthEvent, StackName, StreamName } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import { evolveStack } from './evolve.ts';
import { emptyFleet, evolveFleet, type Fleet, type HostFacts } from './hosts.ts';
import { type Past, pastAfter, toldAnew } from './incarnations.ts';
import { evolveOutages, type Outages } from './outages.ts';
import { emptyRoom, type Room, roomAfter } from './room/index.ts';
import { emptyStack, type StackState } from './state.ts';

/** What the log says up to a position. */
export interface World extends Fleet {
  readonly incarnation: number;
  readonly position: number;
  /** The version of every stream, for the expectations of a decision. */
  readonly versions: OrderedMap<StreamName, number>;
  readonly stacks: OrderedMap<StackName, StackState>;
  readonly past: Past;
  readonly outages: Outages;
  readonly room: Room;
}

export const emptyWorld: World = {
  ...emptyFleet,
  incarnation: 1,
  position: 0,
  versions: OrderedMap.empty(),
  stacks: OrderedMap.empty(),
  past: {},
  outages: {},
  room: emptyRoom,
};

/** Folds the next event of the log. */
export const evolveWorld = (world: World, event: BerthEvent): World => {
  const fleet = fleetAfter(world, event);
  const stacks = evolveStacks(world, event);
  return {
    ...fleet,
    incarnation: event.incarnation,
    position: event.position,
    versions: world.versions.set(event.stream, event.version),
    stacks,
    past: event.type === 'IncarnationRaised' ? pastAfter(world.past, event) : world.past,
    outages: evolveOutages(world.outages, event),
    room: roomAfter(world, { hosts: fleet.hosts, stacks }, event),
  };
};

export const stackOf = (world: World, stack: StackName): StackState => world.stacks.get(stack) ?? emptyStack(stack);

/** Hosts that are not declared lost, ordered by id. */
export const liveHosts = (world: World): readonly HostFacts[] => world.hosts.values().filter(({ life }) => life !== 'lost');

export const hasLiveHost = ({ hosts, room }: World): boolean =>
  room.shelves.size > 0 || room.shut.keys().some((host) => (hosts.get(host)?.life ?? 'lost') !== 'lost');

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

const fleetAfter = ({ hosts, groups, silentSince }: World, event: BerthEvent): Fleet => evolveFleet({ hosts, groups, silentSince }, event);
