import type { HostId, Instant } from '#libs/contracts';
import { covers, failingHosts, type HostFacts, isOpen, type Shelf, type StackState, type Stand, type World } from '../stack/index.ts';
import { type Ground, hasImage, hasTags, type Need, needOf } from './fit.ts';
import { Lane } from './lane.ts';
import { NONE, type Own, ownOf } from './own.ts';
import { type Candidate, orderOf, weighedOf } from './rank.ts';
import type { Wish } from './slots.ts';
import { spreadKey, tagValue } from './spread.ts';

export interface Choice {
  readonly chosen: Candidate;
  readonly lane: Lane;
  /** Who would have been taken in its place. */
  readonly next: Candidate | null;
  readonly nextLane: Lane | null;
  /** The lane had it, and has to be given it back. */
  readonly isMet: boolean;
}

/** The hosts as one service meets them, in the order of its strategy, while its slots are given. */
export class Field {
  readonly need: Need;
  readonly #ground: Ground;
  readonly #wish: Wish;
  readonly #own: Map<HostId, Own>;
  readonly #failing: ReadonlySet<HostId>;
  readonly #shelves: readonly Shelf[];
  readonly #lanes = new Map<string, Lane>();
  /** Weighed by themselves, not as they stand on their shelf. */
  readonly #apart: ReadonlySet<HostId>;
  #fitting: number;

  constructor(ground: Ground, state: StackState, wish: Wish, now: Instant) {
    this.#ground = ground;
    this.#wish = wish;
    this.need = needOf(wish);
    this.#own = ownOf(ground, state, wish);
    this.#failing = failingHosts(state, wish.name, now);
    const isNamed = this.need.tags.some((tag) => tag.startsWith('name:'));
    const isRare = this.need.image !== null || ground.doorsAmong(WITH_PROXY, this.need).length > 0;
    const isOrdered = !isNamed && !isRare;
    this.#shelves = isOrdered
      ? ground.world.room.shelves.values().filter((shelf) => this.need.tags.every((tag) => shelf.tags.has(tag)))
      : [];
    this.#apart = new Set([
      ...namedBy(this.need),
      ...(isRare ? meantHosts(ground, this.need) : []),
      ...(ground.isLater ? freedHosts(ground.world, this.need) : []),
    ]);
    this.#fitting = this.#countFitting();
    this.#fillLanes();
  }

  /** Those that fit, now. */
  get fitting(): number {
    return this.#fitting;
  }

  /** Those that take containers, have the tags and the image, and not the room. */
  lacking(): readonly Stand[] {
    if (this.#shelves.length > 0) return this.#shelves.flatMap((shelf) => [...shelf.lacking(this.need)]);
    const { world } = this.#ground;
    const known = [...this.#apart].flatMap((host) => world.hosts.get(host) ?? []);
    const meant = known.filter((facts) => isOpen(facts) && isMeant(this.#ground, facts, this.need));
    const stands = meant.map((facts) => ({ host: facts.host, count: 0, ...standing(world, facts) }));
    return stands.filter((stand) => !covers(stand, this.need)).sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  /** The first so many in order, as a reason shows them. */
  best(most: number) {
    const all = [...this.#lanes.values()].flatMap((lane) => lane.some(most).map((candidate) => ({ lane, candidate })));
    const order = orderOf(this.#wish.service);
    const sorted = all.sort((a, b) => this.#compareLanes(a.lane, a.candidate, b.lane, b.candidate) || order(a.candidate, b.candidate));
    const isSpread = spreadKey(this.#wish) !== null;
    return sorted.slice(0, most).map(({ lane, candidate }) => weighedOf(candidate, isSpread ? lane.count : null));
  }

  /** The host that the rule takes, or this one if it fits. Null where none will do. What was chosen must be given before the next choice. */
  choose(only: HostId | null): Choice | null {
    return only === null ? this.#chooseFirst() : this.#chooseOnly(only);
  }

  #chooseFirst(): Choice | null {
    const lane = this.#firstLane();
    const chosen = lane?.take();
    if (!lane || !chosen) return null;
    const other = this.#firstLane();
    return { chosen, lane, next: other?.first ?? null, nextLane: other ?? null, isMet: true };
  }

  #chooseOnly(host: HostId): Choice | null {
    const facts = this.#ground.world.hosts.get(host);
    if (!facts || !this.#ground.fits(facts, this.need)) return null;
    const lane = this.#laneOf(this.#tagValue(facts.tags));
    return { chosen: this.#weighed(facts), lane, next: null, nextLane: null, isMet: lane.drop(host) };
  }

  /** What the service asks for is taken from the host. */
  give({ chosen, lane, isMet }: Choice): void {
    const { host } = chosen;
    const { milliCpus, memoryBytes } = this.need;
    this.#ground.give(host, this.need);
    const own = this.#own.get(host);
    if (own) {
      own.version++;
      own.service++;
      own.stack++;
    } else this.#own.set(host, { version: 1, service: 1, stack: 1 });
    chosen.version++;
    chosen.service++;
    chosen.stack++;
    chosen.all++;
    chosen.milliCpus -= Math.max(0, milliCpus);
    chosen.memoryBytes -= Math.max(0, memoryBytes);
    lane.count++;
    const isFit = covers(chosen, this.need) && this.need.ports.length === 0;
    if (!isFit) this.#fitting--;
    // One that the lane has not met yet, it meets on its shelf.
    if (isFit && isMet) lane.add(chosen);
  }

  #firstLane(): Lane | undefined {
    let [best, first]: [Lane | undefined, Candidate | undefined] = [undefined, undefined];
    for (const lane of this.#lanes.values()) {
      const candidate = lane.first;
      if (!candidate) continue;
      if (best && first && !this.#isBefore(lane, candidate, best, first)) continue;
      [best, first] = [lane, candidate];
    }
    return best;
  }

  #isBefore(lane: Lane, candidate: Candidate, other: Lane, than: Candidate): boolean {
    return (this.#compareLanes(lane, candidate, other, than) || orderOf(this.#wish.service)(candidate, than)) < 0;
  }

  /** Values of a tag before hosts, but no host is better for its value where the service fails on it. */
  #compareLanes(lane: Lane, candidate: Candidate, other: Lane, than: Candidate): number {
    return Number(candidate.isFailing) - Number(than.isFailing) || lane.count - other.count;
  }

  #fillLanes(): void {
    for (const shelf of this.#shelves) this.#laneOf(this.#tagValue([...shelf.tags])).follow(shelf.havingFree(this.need));
    for (const host of this.#apart) {
      const facts = this.#ground.world.hosts.get(host);
      if (facts && this.#ground.fits(facts, this.need)) this.#laneOf(this.#tagValue(facts.tags)).add(this.#weighed(facts));
    }
  }

  #laneOf(value: string): Lane {
    const known = this.#lanes.get(value);
    if (known) return known;
    const lane = new Lane(value, this.#countIn(value), {
      order: orderOf(this.#wish.service),
      weigh: (stand, value) => (this.#apart.has(stand.host) ? null : this.#weighedOnShelf(stand, value)),
      isNear: (host) => this.#own.has(host) || this.#failing.has(host),
    });
    this.#lanes.set(value, lane);
    return lane;
  }

  /** Of the service in its version, wherever they are. */
  #countIn(value: string): number {
    if (spreadKey(this.#wish) === null) return 0;
    let count = 0;
    for (const [host, own] of this.#own)
      if (own.version > 0 && this.#tagValue(this.#ground.world.hosts.get(host)?.tags ?? []) === value) count += own.version;
    return count;
  }

  #tagValue(tags: readonly string[]): string {
    const key = spreadKey(this.#wish);
    return key === null ? '' : tagValue(tags, key);
  }

  #weighedOnShelf({ host, count, milliCpus, memoryBytes }: Stand, value: string): Candidate | null {
    const given = this.#ground.given(host);
    const isFailing = this.#failing.size > 0 && this.#failing.has(host);
    const { version, service, stack } = this.#own.get(host) ?? NONE;
    const free = { milliCpus: milliCpus - given.milliCpus, memoryBytes: memoryBytes - given.memoryBytes };
    if (!covers(free, this.need) || !this.#ground.arePortsFree(host, this.need)) return null;
    return { host, isFailing, value, version, service, stack, all: count + given.containers, ...free };
  }

  #weighed(facts: HostFacts): Candidate {
    const { host, tags } = facts;
    const own = this.#own.get(host) ?? NONE;
    const all = this.#ground.staying(host);
    return { host, isFailing: this.#failing.has(host), value: this.#tagValue(tags), ...own, all, ...this.#ground.free(facts) };
  }

  /** As they stand on their shelves, and those anew that are known to stand otherwise. */
  #countFitting(): number {
    let count = 0;
    for (const shelf of this.#shelves) {
      count += shelf.size;
      for (const _ of shelf.lacking(this.need)) count--;
    }
    const { world } = this.#ground;
    const holders = this.need.ports.flatMap((port) => world.room.ports.get(port)?.keys() ?? []);
    for (const host of new Set([...this.#apart, ...this.#ground.touched, ...holders])) {
      const facts = world.hosts.get(host);
      if (!facts || !isOpen(facts) || !hasTags(facts, this.need)) continue;
      const isCounted = this.#shelves.length > 0 && covers(standing(world, facts), this.need);
      count += Number(this.#ground.fits(facts, this.need)) - Number(isCounted);
    }
    return count;
  }
}

const standing = (world: World, { host, capacity }: HostFacts) => {
  const held = world.room.held.get(host);
  return { milliCpus: capacity.milliCpus - (held?.milliCpus ?? 0), memoryBytes: capacity.memoryBytes - (held?.memoryBytes ?? 0) };
};

const namedBy = ({ tags }: Need): readonly HostId[] =>
  tags.filter((tag) => tag.startsWith('name:')).map((tag) => tag.slice('name:'.length) as HostId);

/** There is no order among them: who asks for an image by its id, or for the port of a door, meets every host. */
const meantHosts = (ground: Ground, need: Need): readonly HostId[] =>
  ground.world.hosts.values().flatMap((facts) => (isMeant(ground, facts, need) ? [facts.host] : []));

const isMeant = (ground: Ground, facts: HostFacts, need: Need): boolean =>
  hasImage(facts, need) && hasTags(facts, need) && ground.doorsAmong(facts, need).length === 0;

const WITH_PROXY = { proxy: true };

/** Where more is free once what leaves is gone. */
const freedHosts = ({ room }: World, { ports }: Need): readonly HostId[] => [
  ...[...room.held].filter(([, { leaving }]) => leaving.milliCpus > 0 || leaving.memoryBytes > 0).map(([host]) => host),
  ...ports.flatMap((port) => room.ports.get(port)?.keys() ?? []),
];
