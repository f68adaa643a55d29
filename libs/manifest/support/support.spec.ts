import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PathFault } from '../faults.ts';
import { readCompose } from '../normalise.ts';
import { composeSchema } from '../schema/index.ts';
import { type Row, rows } from './index.ts';
import { keyOf, stepsOf } from './keys.ts';
import { supportTable } from './markdown.ts';

type Json = Record<string, unknown>;

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const merged = (a: unknown, b: unknown): unknown =>
  isMap(a) && isMap(b)
    ? Object.fromEntries(
        [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, key in b ? merged(a[key], b[key]) : a[key]]),
      )
    : b;

/** What `*` stands for below each key. */
const NAMES: Readonly<Record<string, string>> = { services: 'web', volumes: 'data', secrets: 'key', depends_on: 'api' };
const pathOf = ({ key }: Row): (string | number)[] =>
  stepsOf(key).map((step, index, steps) => (step === '[]' ? 0 : step === '*' ? (NAMES[steps[index - 1] ?? ''] ?? 'x') : step));

const placed = (document: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown => {
  if (step === undefined) return value;
  if (typeof step === 'number') return [placed((document as unknown[] | undefined)?.[0], rest, value)];
  const map = isMap(document) ? document : {};
  return { ...map, [step]: placed(map[step], rest, value) };
};

const tried = (row: Row) => {
  const base = merged({ name: 'shop', services: { web: { image: 'x' }, api: { image: 'y' } } }, row.beside ?? {});
  return readCompose(placed(base, pathOf(row), row.example));
};

const isWithin = (inner: PathFault['path'], outer: PathFault['path']): boolean =>
  outer.every((step, index) => `${step}` === `${inner[index]}`);
/** At the place, below it, or at a key above it. */
const concern = (faults: readonly PathFault[], row: Row): readonly PathFault[] =>
  faults.filter(({ path }) => isWithin(path, pathOf(row)) || (path.length > 0 && isWithin(pathOf(row), path)));

const named = (state: Row['state']) =>
  rows.filter((row) => row.state === state).map((row) => [`${row.key} ${row.when ?? ''} ${JSON.stringify(row.example)}`, row] as const);

describe('is supported', () => {
  it.each(named('supported'))('%s', (_, row) => {
    const { manifest, errors, warnings } = tried(row);
    expect(errors).toEqual([]);
    expect(manifest).not.toBeNull();
    expect(warnings.filter(({ path }) => isWithin(path, pathOf(row)) && row.key !== 'services')).toEqual([]);
  });
});

describe('is warned of', () => {
  it.each(named('warned'))('%s', (_, row) => {
    const { errors, warnings } = tried(row);
    expect(errors).toEqual([]);
    expect(concern(warnings, row)).not.toEqual([]);
    for (const { message, fix } of warnings) expect([message, fix]).not.toContain('');
  });
});

describe('is refused', () => {
  it.each(named('refused'))('%s', (_, row) => {
    const { manifest, errors } = tried(row);
    expect(manifest).toBeNull();
    expect(concern(errors, row)).not.toEqual([]);
  });
});

const keysIn = (schema: unknown, steps: readonly string[] = []): string[] => {
  if (!isMap(schema)) return [];
  const own = Object.entries((schema.properties ?? {}) as Json).flatMap(([name, inner]) => [
    keyOf([...steps, name]),
    ...keysIn(inner, [...steps, name]),
  ]);
  const branches = ((schema.anyOf ?? []) as unknown[]).flatMap((branch) => keysIn(branch, steps));
  return [...own, ...branches, ...keysIn(schema.additionalProperties, [...steps, '*']), ...keysIn(schema.items, [...steps, '[]'])];
};

it('is told of every key of the grammar, and of no other', () => {
  expect([...new Set(rows.map(({ key }) => key))].sort()).toEqual([...new Set(keysIn(composeSchema()))].sort());
});

it('stands in docs/manifest.md as it is here (node --conditions=berth-source tools/schema.mjs writes it)', () => {
  const doc = readFileSync(new URL('../../../docs/manifest.md', import.meta.url), 'utf8');
  expect(/<!-- table -->\n([\s\S]*?)\n<!-- \/table -->/.exec(doc)?.[1]).toBe(supportTable());
});
