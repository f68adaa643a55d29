import type { BerthEvent, ContainerId, HostId, StackName } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import type { HostFacts } from '../hosts.ts';
import { emptyStack, type StackState } from '../state.ts';
import { claimOf } from './claim.ts';
import { type Held, HOLDS_NOTHING, heldAfter } from './held.ts';
import { type PortHolders, portsAfter } from './port-holders.ts';
import { Shelf } from './shelf.ts';

/**
 * What is free where, kept so that a placement needs no walk over hosts or containers. It says nothing that stacks and hosts don't say:
 * it is made anew of them where a world is read.
 */
export interface Room {
  readonly held: OrderedMap<HostId, Held>;
  readonly ports: PortHolders;
  /** Hosts that take containers, by their tags without `name:`. */
  readonly shelves: OrderedMap<string, Shelf>;
  /** Those that take none, and those that left the fleet and still hold some. */
  readonly shut: OrderedMap<HostId, true>;
}

export const emptyRoom: Room = {
  held: OrderedMap.empty(),
  ports: OrderedMap.empty(),
  shelves: OrderedMap.empty(),
  shut: OrderedMap.empty(),
};

interface After {
  readonly hosts: OrderedMap<HostId, HostFacts>;
  readonly stacks: OrderedMap<StackName, StackState>;
}

type Before = After & { readonly room: Room };

/** After an event, of what it made of hosts and stacks. */
export const roomAfter = (world: Before, after: After, event: BerthEvent): Room => {
  const changes = changesBy(world, after, event);
  const hosts = after.hosts === world.hosts ? [] : hostsIn(world, event);
  if (changes.length === 0 && hosts.length === 0) return world.room;
  return moved(world, after, changes, hosts);
};

/** The same from nothing. */
export const roomOf = ({ hosts, stacks }: After): Room => {
  const changes = stacks
    .values()
    .flatMap((state) => state.containers.keys().map((id): Change => ({ id, before: emptyStack(state.stack), after: state })));
  return moved({ hosts: OrderedMap.empty(), room: emptyRoom }, { hosts }, changes, hosts.keys());
};

/** A container whose claim is another one now. */
interface Change {
  readonly id: ContainerId;
  readonly before: StackState;
  readonly after: StackState;
}

const changesBy = (world: Before, { stacks }: After, event: BerthEvent): readonly Change[] => {
  if (!('stack' in event.data)) return [];
  const before = world.stacks.get(event.data.stack as StackName) ?? emptyStack(event.data.stack);
  const after = stacks.get(event.data.stack);
  return after ? containersIn(event, before).map((id) => ({ id, before, after })) : [];
};

/** Those whose claim may change by it. */
const containersIn = (event: BerthEvent, before: StackState): readonly ContainerId[] => {
  switch (event.type) {
    case 'ContainersPlaced':
      return event.data.placements.map(({ container }) => container);
    case 'PlacementReleased':
      return [event.data.container];
    case 'PlacementsWithdrawn':
    case 'ContainersLost':
    case 'ContainersFound':
    case 'RetirementWaveStarted':
    case 'ContainersRetired':
      return event.data.containers;
    case 'DeployFailed':
    case 'VersionPromoted':
      return before.containers.keys();
    default:
      return [];
  }
};

const hostsIn = (world: Before, event: BerthEvent): readonly HostId[] => {
  if (event.type === 'GroupTagged')
    return world.hosts
      .values()
      .filter(({ group }) => group === event.data.group)
      .map(({ host }) => host);
  return 'host' in event.data ? [event.data.host] : [];
};

const moved = (
  world: Pick<Before, 'hosts' | 'room'>,
  { hosts }: Pick<After, 'hosts'>,
  changes: readonly Change[],
  ids: readonly HostId[],
): Room => {
  const held = new Map<HostId, Held>(ids.map((id) => [id, world.room.held.get(id) ?? HOLDS_NOTHING]));
  let { ports } = world.room;
  const take = (state: StackState, id: ContainerId, by: 1 | -1): void => {
    const container = state.containers.get(id);
    if (!container) return;
    const claim = claimOf(state, container);
    held.set(claim.host, heldAfter(held.get(claim.host) ?? world.room.held.get(claim.host) ?? HOLDS_NOTHING, claim, by));
    ports = portsAfter(ports, claim, by);
  };
  for (const { id, before, after } of changes) {
    take(before, id, -1);
    take(after, id, 1);
  }
  let room: Room = { ...world.room, ports };
  for (const [host, after] of held) {
    const was = { facts: world.hosts.get(host), held: world.room.held.get(host) ?? HOLDS_NOTHING };
    const is = { facts: hosts === world.hosts ? was.facts : hosts.get(host), held: after };
    room = stood(room, host, was, is);
  }
  return room;
};

interface Standing {
  readonly facts: HostFacts | undefined;
  readonly held: Held;
}

const stood = (room: Room, host: HostId, was: Standing, is: Standing): Room => {
  const isKept = is.held.containers > 0;
  const isHere = isKept || is.facts !== undefined;
  const isShut = isHere && !(is.facts && isOpen(is.facts));
  return {
    ...room,
    held: isKept ? room.held.set(host, is.held) : room.held.without(host),
    shelves: onShelf(offShelf(room.shelves, host, was), host, is),
    shut: isShut ? room.shut.set(host, true) : room.shut.without(host),
  };
};

const offShelf = (shelves: Room['shelves'], host: HostId, { facts, held }: Standing): Room['shelves'] => {
  if (!facts || !isOpen(facts)) return shelves;
  const key = shelfKey(facts.tags);
  const rest = shelves.get(key)?.without(host, held.staying);
  return rest === undefined || rest.size === 0 ? shelves.without(key) : shelves.set(key, rest);
};

const onShelf = (shelves: Room['shelves'], host: HostId, { facts, held }: Standing): Room['shelves'] => {
  if (!facts || !isOpen(facts)) return shelves;
  const key = shelfKey(facts.tags);
  const shelf = shelves.get(key) ?? Shelf.empty(kindOf(facts.tags));
  return shelves.set(key, shelf.with({ host, count: held.staying, ...freeOf(facts, held) }));
};

const freeOf = ({ capacity }: HostFacts, held: Held) => ({
  milliCpus: capacity.milliCpus - held.milliCpus,
  memoryBytes: capacity.memoryBytes - held.memoryBytes,
});

/** It takes containers. */
export const isOpen = ({ life, isContested, cordon }: HostFacts): boolean => life === 'live' && !isContested && cordon === null;

/** One host alone has the tag with its name. */
const kindOf = (tags: readonly string[]): readonly string[] => tags.filter((tag) => !tag.startsWith('name:'));

/** The list of a host's tags stays the very same until they change. */
const keys = new WeakMap<readonly string[], string>();
const shelfKey = (tags: readonly string[]): string => {
  const known = keys.get(tags);
  if (known !== undefined) return known;
  const key = kindOf(tags).join(' ');
  keys.set(tags, key);
  return key;
};
