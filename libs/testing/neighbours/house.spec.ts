import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvariants } from '#libs/testing/invariants';
import { draw, House, lived, STACKS } from './house.ts';

describe('the services together', () => {
  it('break no invariant and end every deployment, in whatever order they come to act', () => {
    fc.assert(
      fc.property(fc.array(draw, { minLength: 100, maxLength: 500, size: 'max' }), (draws) => {
        const { history } = lived(draws).play;
        expect(checkInvariants(history.events)).toEqual([]);
        const statuses = STACKS.flatMap((stack) => Object.values(history.stack(stack).versions).map(({ status }) => status));
        expect(statuses.filter((status) => status === 'created' || status === 'superseded')).toEqual([]);
        for (const stack of STACKS) expect(history.stack(stack).running).toBe(null);
      }),
      { numRuns: 25 },
    );
  });

  it('promote and replace when nothing goes wrong', () => {
    const house = new House();
    for (const stack of [0, 1, 0]) house.ask(stack);
    house.settle();
    expect(STACKS.map((stack) => house.play.history.stack(stack).promoted)).toEqual([2, 1]);
  });
});
