import { describe, expect, it } from 'vitest';
import type { Anchor } from '#libs/contracts';
import { type Remembered, remember, toldOf } from './anchors.ts';

const HOUR = 3_600_000;
const at = (position: number, incarnation = 1): Anchor => ({ incarnation, position, hash: 'a'.repeat(64) });
const hours = (count: number): readonly Remembered[] => Array.from({ length: count }, (_, hour) => ({ hour, anchor: at(hour + 1) }));

describe('a host remembers', () => {
  it('the first head of each hour', () => {
    const known = remember(remember(remember([], at(5), null, 0), at(6), at(5), HOUR - 1), at(7), at(6), HOUR);
    expect(known).toEqual([
      { hour: 0, anchor: at(5) },
      { hour: 1, anchor: at(7) },
    ]);
  });

  it('no head of a log that is older than what it knows, but one of a later incarnation', () => {
    const known = remember([], at(5), null, 0);
    expect(remember(known, at(4), at(5), HOUR)).toBe(known);
    expect(remember(known, at(4, 2), at(5), HOUR)).toHaveLength(2);
  });

  it('the last that it heard of an incarnation before the next one, whatever the hour', () => {
    const known = remember(remember([], at(5), null, 0), at(6, 2), at(9), 1);
    expect(known.map(({ anchor }) => anchor)).toEqual([at(5), at(9), at(6, 2)]);
  });

  it('400 days', () => {
    const full = hours(400 * 24);
    const known = remember(full, at(full.length + 1), null, full.length * HOUR);
    expect([known.length, known[0]?.hour]).toEqual([full.length, 1]);
  });
});

it('it tells two days whole, and of each day before them the last', () => {
  const told = toldOf(hours(5 * 24)).map(({ position }) => position);
  expect(told).toEqual([24, 48, 72, ...Array.from({ length: 48 }, (_, index) => 73 + index)]);
  expect(toldOf(hours(400 * 24)).length).toBe(446);
});
