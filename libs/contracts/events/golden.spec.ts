import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventTypes } from './catalog.ts';
import { editions } from './editions.ts';
import { streamKinds, streamOf } from './owners.ts';

interface Line {
  readonly type: string;
  readonly v: number;
  readonly data: unknown;
}

/** One event of every version ever published. A line is never changed or taken away. */
const golden = readFileSync(new URL('golden.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Line => JSON.parse(line));

const nameOf = ({ type, v }: Pick<Line, 'type' | 'v'>): string => `${type} ${v}`;

describe('events that were ever published', () => {
  it.each(golden)('$type $v is read in the shape of today', ({ type, v, data }) => {
    const read = editions.read(type, v, data);
    expect(editions.read(type, editions.current(type), read)).toEqual(read);
    if (v === editions.current(type)) expect(read).toEqual(data);
  });

  it('each has its golden line, and no type or version is without one', () => {
    const known = eventTypes.flatMap((type) => editions.versions(type).map((_, index) => ({ type, v: index + 1 })));
    expect(golden.map(nameOf).sort()).toEqual(known.map(nameOf).sort());
  });

  it('each type has one kind of stream, named by its own fields', () => {
    expect(streamKinds.flatMap(({ events }) => Object.keys(events)).sort()).toEqual([...eventTypes].sort());
    for (const { type, data } of golden) expect(streamOf(type, data as Record<string, unknown>)).toMatch(/^[a-z]+(\/[a-z-]+)*$/);
  });
});
