import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesOf } from './shares.ts';

const anyMembers = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 });
const LANES = 8;

describe('shares of the lanes', () => {
  it('give each lane to one member, and nobody two more than another', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const shares = [...sharesOf(members, LANES).values()];
        const counts = shares.map(({ length }) => length);
        expect(shares.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are the same for whoever knows the same members', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        expect(sharesOf([...members].reverse(), LANES)).toEqual(sharesOf(members, LANES));
      }),
    );
  });

  it('are nobody’s without members', () => {
    expect(sharesOf([], LANES)).toEqual(new Map());
  });
});
