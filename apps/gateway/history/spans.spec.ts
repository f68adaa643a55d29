import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nodeOf, nodesAt } from './spans.ts';

const HEAD = 2 ** 40;
const place = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: HEAD }));

it('what is found under the nodes of a position is exactly what holds there', () => {
  fc.assert(
    fc.property(place, place, place, (a, b, position) => {
      const [from, to] = a < b ? [a, b] : [b, a + 1];
      const node = nodeOf(from, to);
      const { before, after } = nodesAt(position, HEAD);
      const isFound = (before.includes(node) && to > position) || (after.includes(node) && from <= position);
      expect(isFound).toBe(from <= position && position < to);
    }),
    { numRuns: 2000 },
  );
});

it('looks under one node a level', () => {
  const { before, after } = nodesAt(3_141_592, 5_000_000);
  expect(before.length + after.length).toBe(23);
});
