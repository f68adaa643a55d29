import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedMap } from './ordered-map.ts';

type Step = { readonly key: number; readonly value: number | null };
const steps = fc.array(fc.record({ key: fc.nat(400), value: fc.option(fc.nat()) }), { maxLength: 1500, size: 'max' });

const walk = (map: OrderedMap<number, number>, { key, value }: Step) => (value === null ? map.without(key) : map.set(key, value));
const entriesOf = (map: Map<number, number>) => [...map].sort(([a], [b]) => a - b);

describe('OrderedMap', () => {
  it('holds what a map holds, in the order of the keys, and every earlier one stays as it was', () => {
    fc.assert(
      fc.property(steps, fc.nat(1500), (all, stop) => {
        const plain = new Map<number, number>();
        let map = OrderedMap.empty<number, number>();
        let kept = { map, entries: entriesOf(plain) };
        for (const [nth, step] of all.entries()) {
          map = walk(map, step);
          if (step.value === null) plain.delete(step.key);
          else plain.set(step.key, step.value);
          if (nth === stop) kept = { map, entries: entriesOf(plain) };
          if (map.get(step.key) !== plain.get(step.key) || map.size !== plain.size) return false;
        }
        expect([...map]).toEqual(entriesOf(plain));
        expect([map.keys(), map.values()]).toEqual([[...map].map(([key]) => key), [...map].map(([, value]) => value)]);
        expect([...kept.map]).toEqual(kept.entries);
        return true;
      }),
      { numRuns: 50 },
    );
  });

  it('goes on from where it was built at once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5000), { maxLength: 3000, size: 'max' }), steps, (keys, all) => {
        const built = OrderedMap.of(keys.map((key) => [key, key] as const));
        const grown = keys.reduce((map, key) => map.set(key, key), OrderedMap.empty<number, number>());
        expect([...all.reduce(walk, built)]).toEqual([...all.reduce(walk, grown)]);
      }),
      { numRuns: 30 },
    );
  });

  it('is the very same where nothing changes', () => {
    const map = OrderedMap.of<string, number>([['a', 1]]);
    expect([map.set('a', 1), map.without('b')].every((same) => same === map)).toBe(true);
  });

  it('knows what it does not hold', () => {
    expect(OrderedMap.of<string, number>([['a', 1]]).get('b')).toBeUndefined();
  });

  it('is told apart by what it holds', () => {
    expect(OrderedMap.of([['a', 1]])).not.toEqual(OrderedMap.of([['a', 2]]));
    expect(JSON.stringify(OrderedMap.of([['a', 1]]))).toBe('{"a":1}');
  });
});
