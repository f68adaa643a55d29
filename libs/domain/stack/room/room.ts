import type { BerthEvent, ContainerId, HostId, StackName } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import type { HostFacts } from '../hosts.ts';
import { emptyStack, type StackState } from '../state.ts';
import { type Claim, claimOf } from './claim.ts';
import { type Held, HOLDS_NOTHING, heldAfter } from './held.ts';
import { type PortHolders, portsAfter } from './port-holders.ts';
import { Shelf, type Stand } from './shelf.ts';

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
  const changes = stacks.values().flatMap((after) => {
    const before = emptyStack(after.stack);
    return after.containers.keys().map((id): Change => ({ id, before, after }));
  });
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
  const { room } = world;
  const tally = new Map<HostId, Held>(ids.map((id) => [id, room.held.get(id) ?? HOLDS_NOTHING]));
  let { ports, held, shut } = room;
  const take = (claim: Claim | null, by: 1 | -1): void => {
    if (claim === null) return;
    const known = tally.get(claim.host) ?? room.held.get(claim.host) ?? HOLDS_NOTHING;
    tally.set(claim.host, heldAfter(known, claim, by));
    ports = portsAfter(ports, claim, by);
  };
  for (const { id, before, after } of changes) {
    const [was, is] = [claimIn(before, id), claimIn(after, id)];
    if (was && is && isSame(was, is)) continue;
    take(was, -1);
    take(is, 1);
  }
  const moves = new Moves();
  for (const [host, after] of tally) {
    const facts = world.hosts.get(host);
    const now = hosts === world.hosts ? facts : hosts.get(host);
    const isKept = after.containers > 0;
    moves.add(standing(facts, room.held.get(host) ?? HOLDS_NOTHING), standing(now, after));
    held = isKept ? held.set(host, after) : held.without(host);
    shut = (isKept || now !== undefined) && !(now && isOpen(now)) ? shut.set(host, true) : shut.without(host);
  }
  return { held, ports, shelves: moves.done(room.shelves), shut };
};

const claimIn = (state: StackState, id: ContainerId): Claim | null => {
  const container = state.containers.get(id);
  return container ? claimOf(state, container) : null;
};

/** A container never moves, nor does it get other resources. */
const isSame = (one: Claim, other: Claim): boolean => one.isStaying === other.isStaying && one.isOnItsWay === other.isOnItsWay;

/** Where a host that takes containers stands. */
interface Standing {
  readonly tags: readonly string[];
  readonly stand: Stand;
}

const standing = (facts: HostFacts | undefined, held: Held): Standing | null =>
  facts && isOpen(facts) ? { tags: facts.tags, stand: { host: facts.host, count: held.staying, ...freeOf(facts, held) } } : null;

/** What an event moves on each shelf, done at its end. */
class Moves {
  readonly #byShelf = new Map<string, { readonly tags: readonly string[]; readonly gone: Stand[]; readonly come: Stand[] }>();

  add(was: Standing | null, is: Standing | null): void {
    if (was) this.#on(was.tags).gone.push(was.stand);
    if (is) this.#on(is.tags).come.push(is.stand);
  }

  done(shelves: Room['shelves']): Room['shelves'] {
    let moved = shelves;
    for (const [key, { tags, gone, come }] of this.#byShelf) {
      const shelf = (shelves.get(key) ?? Shelf.empty(kindOf(tags))).moved(gone, come);
      moved = shelf.size === 0 ? moved.without(key) : moved.set(key, shelf);
    }
    return moved;
  }

  #on(tags: readonly string[]) {
    const key = shelfKey(tags);
    const known = this.#byShelf.get(key);
    if (known) return known;
    const none = { tags, gone: [], come: [] };
    this.#byShelf.set(key, none);
    return none;
  }
}

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
