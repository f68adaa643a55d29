import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import { emptyWorld, evolveWorld, type World, WorldReader, worldLines, worldText } from '#libs/domain/stack';
import { draw, lived } from './house.ts';

const fold = (events: readonly BerthEvent[], from = emptyWorld): World => events.reduce(evolveWorld, from);

const reread = (world: World): World => {
  const reader = new WorldReader();
  for (const line of worldLines(world)) reader.take(line);
  return reader.world();
};

describe('a replay', () => {
  it('gives the same world, bit for bit, in one go and from any snapshot on', () => {
    fc.assert(
      fc.property(fc.array(draw, { minLength: 50, maxLength: 300, size: 'max' }), fc.nat(), (draws, pick) => {
        const { events } = lived(draws).play.history;
        const cut = pick % (events.length + 1);
        const whole = fold(events);
        const resumed = fold(events.slice(cut), reread(fold(events.slice(0, cut))));
        expect(worldText(resumed)).toBe(worldText(whole));
        expect(resumed).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});
