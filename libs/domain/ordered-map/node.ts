export type Key = string | number;

/**
 * A node of a B-tree that is never changed once made. A leaf holds keys and values; a branch holds children, and for each of them a key
 * that no key below it falls short of (the first child takes what is lower than all).
 */
export interface Node<K extends Key, V> {
  readonly keys: readonly K[];
  readonly values: readonly V[] | null;
  readonly children: readonly Node<K, V>[] | null;
  readonly size: number;
}

const WIDTH = 32;
const LEAST = 8;

const leafOf = <K extends Key, V>(keys: readonly K[], values: readonly V[]): Node<K, V> => ({
  keys,
  values,
  children: null,
  size: keys.length,
});

/** Undefined where the key is missing: a value is never undefined. */
export const lookup = <K extends Key, V>(root: Node<K, V>, key: K): V | undefined => {
  let node = root;
  while (node.children !== null) node = node.children[childFor(node.keys, key)] as Node<K, V>;
  const index = firstAtLeast(node.keys, key);
  return node.keys[index] === key ? node.values?.[index] : undefined;
};

/** The tree with this value; the very same one where it holds it already. */
export const put = <K extends Key, V>(root: Node<K, V>, key: K, value: V): Node<K, V> => {
  const next = putBelow(root, key, value);
  return next.keys.length > WIDTH ? branchOf(halves(next, key)) : next;
};

/** The tree without this key, which it holds. */
export const take = <K extends Key, V>(root: Node<K, V>, key: K): Node<K, V> => {
  const next = takeBelow(root, key);
  return next.children?.length === 1 ? (next.children[0] as Node<K, V>) : next;
};

export function* leavesOf<K extends Key, V>(node: Node<K, V>): IterableIterator<{ keys: readonly K[]; values: readonly V[] }> {
  if (node.children === null) yield { keys: node.keys, values: node.values ?? [] };
  else for (const child of node.children) yield* leavesOf(child);
}

/** Of entries in order, each key once. */
export const fromSorted = <K extends Key, V>(entries: readonly (readonly [K, V])[]): Node<K, V> => {
  let level = pieces(entries).map((piece) =>
    leafOf(
      piece.map(([key]) => key),
      piece.map(([, value]) => value),
    ),
  );
  while (level.length > 1) level = pieces(level).map(branchOf);
  return level[0] ?? leafOf([], []);
};

/** May be one wider than a node is: then who holds it splits it. */
const putBelow = <K extends Key, V>(node: Node<K, V>, key: K, value: V): Node<K, V> => {
  const { keys, values, children } = node;
  if (children !== null) return putInBranch(node, children, key, value);
  const index = firstAtLeast(keys, key);
  if (keys[index] !== key) return leafOf(inserted(keys, index, key), inserted(values ?? [], index, value));
  return values?.[index] === value ? node : leafOf(keys, replaced(values ?? [], index, value));
};

const putInBranch = <K extends Key, V>(node: Node<K, V>, children: readonly Node<K, V>[], key: K, value: V): Node<K, V> => {
  const index = childFor(node.keys, key);
  const child = children[index] as Node<K, V>;
  const next = putBelow(child, key, value);
  if (next === child) return node;
  const size = node.size - child.size + next.size;
  if (next.keys.length <= WIDTH) return { keys: node.keys, values: null, children: replaced(children, index, next), size };
  const [left, right] = halves(next, key);
  return {
    keys: inserted(node.keys, index + 1, right.keys[0] as K),
    values: null,
    children: inserted(replaced(children, index, left), index + 1, right),
    size,
  };
};

const takeBelow = <K extends Key, V>(node: Node<K, V>, key: K): Node<K, V> => {
  const { keys, values, children } = node;
  if (children === null) {
    const index = firstAtLeast(keys, key);
    return leafOf(removed(keys, index), removed(values ?? [], index));
  }
  const index = childFor(keys, key);
  const next = takeBelow(children[index] as Node<K, V>, key);
  const lesser = { keys, values: null, children: replaced(children, index, next), size: node.size - 1 };
  return next.keys.length < LEAST && children.length > 1 ? mended(lesser, Math.max(0, index - 1)) : lesser;
};

/** The children at `index` and after it become one, or two halves of it. */
const mended = <K extends Key, V>(node: Node<K, V>, index: number): Node<K, V> => {
  const { keys, children } = node as { keys: readonly K[]; children: readonly Node<K, V>[] };
  const joint = joined(children[index] as Node<K, V>, children[index + 1] as Node<K, V>, keys[index + 1] as K);
  const parts = joint.keys.length > WIDTH ? cut(joint, joint.keys.length >> 1) : [joint];
  const seams = parts.map((part, nth) => (nth === 0 ? keys[index] : part.keys[0]) as K);
  return {
    keys: [...keys.slice(0, index), ...seams, ...keys.slice(index + 2)],
    values: null,
    children: [...children.slice(0, index), ...parts, ...children.slice(index + 2)],
    size: node.size,
  };
};

/** `seam`: what bounds the right one from below; its own first key may not. */
const joined = <K extends Key, V>(left: Node<K, V>, right: Node<K, V>, seam: K): Node<K, V> => ({
  keys: right.children === null ? [...left.keys, ...right.keys] : [...left.keys, seam, ...right.keys.slice(1)],
  values: left.values && right.values && [...left.values, ...right.values],
  children: left.children && right.children && [...left.children, ...right.children],
  size: left.size + right.size,
});

/** What grows at its end, as names with a number do, leaves full nodes behind. */
const halves = <K extends Key, V>(node: Node<K, V>, key: K): [Node<K, V>, Node<K, V>] => {
  const last = node.keys.length - 1;
  return cut(node, key >= (node.keys[last] as K) ? last : node.keys.length >> 1);
};

const cut = <K extends Key, V>({ keys, values, children }: Node<K, V>, index: number): [Node<K, V>, Node<K, V>] => [
  piece(keys.slice(0, index), values?.slice(0, index) ?? null, children?.slice(0, index) ?? null),
  piece(keys.slice(index), values?.slice(index) ?? null, children?.slice(index) ?? null),
];

const piece = <K extends Key, V>(keys: readonly K[], values: readonly V[] | null, children: readonly Node<K, V>[] | null): Node<K, V> => ({
  keys,
  values,
  children,
  size: children === null ? keys.length : sizeOf(children),
});

const branchOf = <K extends Key, V>(children: readonly Node<K, V>[]): Node<K, V> =>
  piece(
    children.map(({ keys }) => keys[0] as K),
    null,
    children,
  );

const sizeOf = <K extends Key, V>(nodes: readonly Node<K, V>[]): number => nodes.reduce((sum, { size }) => sum + size, 0);

const pieces = <T>(list: readonly T[]): (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / WIDTH) }, (_, nth) => list.slice(nth * WIDTH, (nth + 1) * WIDTH));

const firstAtLeast = <K extends Key>(keys: readonly K[], key: K): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as K) < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The last child whose keys may begin so low. What bounds the first one does not matter. */
const childFor = <K extends Key>(keys: readonly K[], key: K): number => {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as K) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const replaced = <T>(list: readonly T[], index: number, item: T): readonly T[] => {
  const copy = list.slice();
  copy[index] = item;
  return copy;
};

const inserted = <T>(list: readonly T[], index: number, item: T): readonly T[] => {
  const copy = list.slice();
  copy.splice(index, 0, item);
  return copy;
};

const removed = <T>(list: readonly T[], index: number): readonly T[] => {
  const copy = list.slice();
  copy.splice(index, 1);
  return copy;
};
