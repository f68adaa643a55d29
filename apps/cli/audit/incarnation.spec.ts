import { expect, it } from 'vitest';
import { begunText } from './incarnation.ts';

it('says where the incarnation began and what is dropped', () => {
  expect(begunText({ incarnation: 3, position: 67, until: { incarnation: 2, position: 66 } })).toBe(
    'incarnation 3 began at position 67: what was told beyond position 66 of incarnation 2 is dropped, and all is told anew',
  );
});
