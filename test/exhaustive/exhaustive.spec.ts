import { describe, expect, it } from 'vitest';
import type { LogChecker } from '#libs/testing/invariants';
import { theJudge } from './judge/judge.ts';
import { logAfter } from './judge/log.ts';
import { theProducts } from './model/decisions.ts';
import { movesOf } from './model/moves.ts';
import type { State } from './model/state.ts';
import { beginning, switched } from './scenario.ts';
import { keyOf } from './search/key.ts';
import { search } from './search/search.ts';

const NONE = { faults: 0, ends: false };

describe('a switch without faults', () => {
  it('breaks no invariant in any order, and always comes to rest', () => {
    const { violation, states } = search({ from: beginning(), decisions: theProducts, limits: NONE, judge: theJudge });
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(500);
  });

  it('goes on in the same ways from states of one key', () => {
    const ways = (state: State, log: LogChecker): string =>
      movesOf(state, theProducts, NONE)
        .map(({ next }) => keyOf(next, logAfter(log, state, next).log))
        .sort()
        .join('\n');
    const first = new Map<string, string>();
    const apart: string[] = [];
    let again = 0;
    search({
      ...{ from: beginning(), decisions: theProducts, limits: NONE, judge: theJudge },
      first: (state, log) => first.set(keyOf(state, log), ways(state, log)),
      again: (state, log) => {
        again++;
        const key = keyOf(state, log);
        if (ways(state, log) !== first.get(key)) apart.push(key);
      },
    });
    expect(again).toBeGreaterThan(100);
    expect(apart).toEqual([]);
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
