import fc from 'fast-check';
import { expect, it } from 'vitest';
import { didYouMean, editDistance } from './did-you-mean.ts';

it.each([
  ['imgae', 'image'],
  ['enviroment', 'environment'],
  ['Ports', 'ports'],
  ['depend_on', 'depends_on'],
])('finds what %s means', (word, meant) => {
  expect(didYouMean(word, ['image', 'environment', 'ports', 'depends_on', 'build'])).toBe(meant);
});

it('suggests nothing when nothing is near', () => {
  expect(didYouMean('frobnicate', ['image', 'build'])).toBeNull();
});

it('counts a swap of neighbours as one step', () => {
  expect(editDistance('imgae', 'image')).toBe(1);
});

it('is the same both ways, zero only for the same word, and never more than the longer one', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
