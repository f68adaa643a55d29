import { describe, expect, it } from 'vitest';
import { COMMON, MARKS } from './campaign/marks.ts';
import { runSeeds } from './campaign/run-seeds.ts';
import { simulate } from './drive/simulate.ts';
import { partsOf, planOf } from './plan/plan.ts';

const WORLDS = 300;

describe('a simulated world', () => {
  it('breaks no claim and comes to rest, whatever was harmed, and is the same for the same seed', async () => {
    const verdicts = await runSeeds({ from: 1, count: WORLDS, jobs: 2 });
    const broken = verdicts.flatMap(({ seed, violations }) =>
      violations.map((violation) => `npm run simulate -- --seed ${seed}: ${violation}`),
    );
    expect(broken).toEqual([]);
    const reached = new Set(verdicts.flatMap(({ marks }) => marks));
    expect(COMMON.filter((mark) => !reached.has(mark))).toEqual([]);
    expect(MARKS.filter((mark) => mark.startsWith('harm: ') && !reached.has(mark))).toEqual([]);
  });

  it('is another one for another seed', async () => {
    expect((await simulate(1)).hash).not.toBe((await simulate(2)).hash);
  });
});

describe('a plan', () => {
  it('keeps the rest as it was when parts of it are left out', () => {
    const seed = Array.from({ length: 100 }, (_, index) => index).find((each) => planOf(each).faults.length > 3) ?? 0;
    const whole = planOf(seed);
    const without = new Set(partsOf(whole).filter((_, index) => index % 2 === 0));
    const rest = planOf(seed, without);
    expect(rest.faults).toEqual(whole.faults.filter(({ id }) => !without.has(id)));
    expect(rest.operations).toEqual(whole.operations.filter(({ id }) => !without.has(id)));
    expect(rest.drawnHosts).toBe(whole.drawnHosts);
  });
});
