import { describe, expect, it } from 'vitest';
import { simulate } from './drive/simulate.ts';

const WORLDS = 100;

describe('a simulated world', () => {
  it('breaks no invariant and comes to rest, whatever was harmed', async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= WORLDS; seed++) {
      const { violations } = await simulate(seed);
      broken.push(...violations.map((violation) => `npm run simulate -- --seed ${seed}: ${violation}`));
    }
    expect(broken).toEqual([]);
  });

  it.each([1023, 1107, 1184])('takes away what was being made when its deployment failed (seed %i)', async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  it('is the same for the same seed', async () => {
    for (const seed of [3, 50]) expect((await simulate(seed)).hash).toBe((await simulate(seed)).hash);
  });

  it('is another one for another seed', async () => {
    expect((await simulate(1)).hash).not.toBe((await simulate(2)).hash);
  });
});
