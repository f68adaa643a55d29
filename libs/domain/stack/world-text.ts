import type { ContainerId, StackName } from '#libs/contracts';
import { type Key, OrderedMap } from '#libs/domain/ordered-map';
import { roomOf } from './room/index.ts';
import type { ContainerState, StackState } from './state.ts';
import type { World } from './world.ts';

/** As JSON gives it back: an ordered map is a record. */
type Plain<T> = T extends OrderedMap<infer K, infer V> ? Readonly<Record<K, V>> : T;
type PlainContainer = { readonly [P in keyof ContainerState]: Plain<ContainerState[P]> };

/** Raised with every change of the fold or of these lines: snapshots of another form are not read. A spec tells when. */
export const WORLD_FORM = 3;

type Small = Omit<World, 'versions' | 'hosts' | 'stacks' | 'room'>;
type Line =
  | { readonly of: 'world'; readonly is: Small }
  | { readonly of: 'versions'; readonly is: World['versions'] }
  | { readonly of: 'hosts'; readonly is: World['hosts'] }
  /** Followed by its containers. */
  | { readonly of: 'stack'; readonly is: Omit<StackState, 'containers'> };

/** Of a map in one line: a world of a million containers is longer than any text may be. */
const ENTRIES = 500;

/**
 * A world in lines. Two worlds have the same lines if and only if no reader can tell one from the other: the order in which a record
 * got its keys counts too.
 */
export function* worldLines({ versions, hosts, stacks, room: _, ...small }: World): Generator<string> {
  yield lineOf({ of: 'world', is: small });
  for (const is of pieces(versions)) yield lineOf({ of: 'versions', is });
  for (const is of pieces(hosts)) yield lineOf({ of: 'hosts', is });
  for (const [, { containers, ...alone }] of stacks) {
    yield lineOf({ of: 'stack', is: alone });
    for (const is of pieces(containers)) yield JSON.stringify(is.values());
  }
}

export const worldText = (world: World): string => [...worldLines(world)].join('\n');

/** Makes the world of its lines, which it takes in their order. */
export class WorldReader {
  #small: Small | null = null;
  readonly #versions: World['versions'][] = [];
  readonly #hosts: World['hosts'][] = [];
  readonly #stacks: [StackName, StackState][] = [];
  #stack: Omit<StackState, 'containers'> | null = null;
  #containers: [ContainerId, ContainerState][] = [];
  readonly #texts = new Map<string, string>();

  take(text: string): void {
    const line: Line | readonly PlainContainer[] = JSON.parse(text);
    if ('of' in line) this.#takeLine(revived(line));
    else for (const known of line) this.#containers.push([known.container, this.#containerOf(known)]);
  }

  /** After the last line. */
  world(): World {
    this.#endStack();
    if (this.#small === null) throw new Error('read a world: its first line is missing');
    const [versions, hosts] = [joined(this.#versions), joined(this.#hosts)];
    const stacks = OrderedMap.of(this.#stacks);
    return { ...this.#small, versions, hosts, stacks, room: roomOf({ hosts, stacks }) };
  }

  #takeLine(line: Line): void {
    if (line.of === 'world') this.#small = line.is;
    else if (line.of === 'versions') this.#versions.push(line.is);
    else if (line.of === 'hosts') this.#hosts.push(line.is);
    else {
      this.#endStack();
      this.#stack = line.is;
    }
  }

  #endStack(): void {
    if (this.#stack) this.#stacks.push([this.#stack.stack, { ...this.#stack, containers: OrderedMap.of(this.#containers) }]);
    this.#containers = [];
  }

  /** There are so many of them that they are told apart from all else, and made of what was parsed. What thousands have in common is kept once. */
  #containerOf(known: PlainContainer): ContainerState {
    const { service, deployment, host, reason, drainedBy } = known;
    return Object.assign(known, {
      service: this.#same(service),
      deployment: this.#same(deployment),
      host: this.#same(host),
      reason: this.#same(reason),
      drainedBy: mapOf(drainedBy),
    });
  }

  #same<T extends string>(text: T): T {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return (known ?? text) as T;
  }
}

/** No name in a world holds this letter. */
const MAP = '\0map';

const lineOf = (line: Line): string =>
  JSON.stringify(line, function (this: Record<string, unknown>, key, value) {
    // What an ordered map says of itself is a record: here it was told already.
    const map = this[key];
    return map instanceof OrderedMap ? { [MAP]: [...map] } : value;
  });

const revived = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value;
  if (MAP in value) return OrderedMap.of(revived(value[MAP] as [Key, unknown][])) as T;
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) record[key] = revived(record[key]);
  return value;
};

const mapOf = <K extends string, V>(record: Readonly<Record<K, V>>): OrderedMap<K, V> => {
  const entries = Object.entries(record) as [K, V][];
  return entries.length === 0 ? OrderedMap.empty() : OrderedMap.of(entries);
};

const joined = <K extends Key, V>(maps: readonly OrderedMap<K, V>[]): OrderedMap<K, V> => OrderedMap.of(maps.flatMap((map) => [...map]));

function* pieces<K extends Key, V>(map: OrderedMap<K, V>): Generator<OrderedMap<K, V>> {
  let piece: (readonly [K, V])[] = [];
  for (const entry of map) {
    piece.push(entry);
    if (piece.length < ENTRIES) continue;
    yield OrderedMap.of(piece);
    piece = [];
  }
  if (piece.length > 0) yield OrderedMap.of(piece);
}
