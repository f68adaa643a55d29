import { describe, expect, it } from 'vitest';
import { theJudge } from './judge/judge.ts';
import { theProducts } from './model/decisions.ts';
import { beginning, switched } from './scenario.ts';
import { search } from './search/search.ts';

const NONE = { faults: 0, ends: false };

describe('a switch without faults', () => {
  it('breaks no invariant in any order, and always comes to rest', () => {
    const { violation, states } = search({ from: beginning(), decisions: theProducts, limits: NONE, judge: theJudge });
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(500);
  });
});

describe('a switch with one fault', () => {
  const ONE = { faults: 1, ends: true };

  it('breaks no invariant from its beginning on', () => {
    const { violation, states } = search({ from: beginning(), decisions: theProducts, limits: ONE, judge: theJudge, depth: 8 });
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(2000);
  });

  it('breaks no invariant while version 1 leaves', () => {
    const { violation, states } = search({ from: switched(), decisions: theProducts, limits: ONE, judge: theJudge, depth: 8 });
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(2000);
  });
});
