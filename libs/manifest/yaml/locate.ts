import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';
import type { Path } from '../faults.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a path stands in the text, or else the nearest of its parents that does. `isKey`: its key instead of its value. */
export const locate = (doc: Document, lines: LineCounter, path: Path, isKey: boolean): Place => placeAt(lines, offsetOf(doc, path, isKey));

export const placeAt = (lines: LineCounter, offset: number): Place => {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

const offsetOf = (doc: Document, path: Path, isKey: boolean): number => {
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const found = stepInto(doc, node, part);
    if (!found) return offset;
    const isLast = index === path.length - 1;
    offset = (isLast && isKey ? null : startOf(found.value)) ?? startOf(found.key) ?? offset;
    node = found.value;
  }
  return offset;
};

interface Step {
  readonly key: unknown;
  readonly value: unknown;
}

const stepInto = (doc: Document, node: unknown, part: string | number): Step | null => {
  const target = isAlias(node) ? node.resolve(doc) : node;
  if (isSeq(target)) {
    const value = target.items[Number(part)];
    return value === undefined ? null : { key: null, value };
  }
  if (!isMap(target)) return null;
  return target.items.find((pair) => keyText(pair) === String(part)) ?? merged(doc, target.items, part);
};

/** Looks into `<<`. */
const merged = (doc: Document, pairs: readonly Pair[], part: string | number): Step | null => {
  for (const pair of pairs.filter((candidate) => keyText(candidate) === '<<')) {
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const found = stepInto(doc, source, part);
      if (found) return found;
    }
  }
  return null;
};

const keyText = (pair: unknown): string | null => (isPair(pair) && isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : null);

const startOf = (node: unknown): number | null => (node as Node | null)?.range?.[0] ?? null;
