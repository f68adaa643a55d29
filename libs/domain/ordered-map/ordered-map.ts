import { fromSorted, type Key, leavesOf, lookup, type Node, put, take } from './node.ts';

/**
 * A map that never changes: `set` and `without` give a new one that shares all but a path of a few nodes with the one before, so a world
 * of a million containers moves on at the cost of one of ten. Its order is that of the keys, whatever happened before.
 */
export class OrderedMap<K extends Key, V> implements Iterable<readonly [K, V]> {
  readonly #root: Node<K, V>;
  #keys: readonly K[] | null = null;
  #values: readonly V[] | null = null;

  private constructor(root: Node<K, V>) {
    this.#root = root;
  }

  static empty<K extends Key, V>(): OrderedMap<K, V> {
    return nothing as unknown as OrderedMap<K, V>;
  }

  /** The last one wins where a key comes twice. */
  static of<K extends Key, V>(entries: Iterable<readonly [K, V]>): OrderedMap<K, V> {
    return new OrderedMap(fromSorted([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1))));
  }

  get size(): number {
    return this.#root.size;
  }

  get(key: K): V | undefined {
    return lookup(this.#root, key);
  }

  /** The very same map where it says so already. */
  set(key: K, value: V): OrderedMap<K, V> {
    const root = put(this.#root, key, value);
    return root === this.#root ? this : new OrderedMap(root);
  }

  without(key: K): OrderedMap<K, V> {
    return lookup(this.#root, key) === undefined ? this : new OrderedMap(take(this.#root, key));
  }

  /** Made once: the same keys are often asked for, and the map never changes. */
  keys(): readonly K[] {
    this.#keys ??= [...leavesOf(this.#root)].flatMap(({ keys }) => keys);
    return this.#keys;
  }

  /** Made once, too. */
  values(): readonly V[] {
    this.#values ??= [...leavesOf(this.#root)].flatMap(({ values }) => values);
    return this.#values;
  }

  *[Symbol.iterator](): IterableIterator<readonly [K, V]> {
    for (const { keys, values } of leavesOf(this.#root)) for (const [nth, key] of keys.entries()) yield [key, values[nth] as V];
  }

  /** An object, as JSON shows a record. */
  toJSON(): Record<string, V> {
    return Object.fromEntries(this);
  }
}

const nothing = OrderedMap.of<Key, unknown>([]);
