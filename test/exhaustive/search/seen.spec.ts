import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Seen } from './seen.ts';

describe('what was seen', () => {
  it('is told from what is new as a set tells it, however much it grows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9000), { maxLength: 12_000, size: 'max' }), (keys) => {
        const seen = new Seen();
        const known = new Set<string>();
        for (const key of keys.map(String)) {
          expect(seen.add(key)).toBe(!known.has(key));
          known.add(key);
        }
        expect(seen.size).toBe(known.size);
      }),
      { numRuns: 10 },
    );
  });

  it('keeps apart keys that begin at the same slot', () => {
    const slotOf = (key: string): number => createHash('md5').update(key).digest().readInt32LE(0) & 4095;
    const keys = Array.from({ length: 100_000 }, (_, nth) => `${nth}`).filter((key) => slotOf(key) === 4095);
    const seen = new Seen();
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.map((key) => seen.add(key))).toEqual(keys.map(() => true));
    expect(keys.map((key) => seen.add(key))).toEqual(keys.map(() => false));
  });
});
