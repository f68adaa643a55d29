import { describe, expect, it } from 'vitest';
import { theJudge } from './judge/judge.ts';
import { theProducts } from './model/decisions.ts';
import { movesOf } from './model/moves.ts';
import type { State } from './model/state.ts';
import { beginning } from './scenario.ts';
import { keyOf } from './search/key.ts';
import { search } from './search/search.ts';

describe('a switch without faults', () => {
  it('breaks no invariant in any order, and always comes to rest', () => {
    const { violation, states } = search({ from: beginning(), decisions: theProducts, faults: 0, judge: theJudge });
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(500);
  });

  it('goes on in the same ways from states of one key', () => {
    const ways = (state: State): string =>
      movesOf(state, theProducts, 0)
        .map(({ next }) => keyOf(next))
        .sort()
        .join('\n');
    const first = new Map<string, string>();
    const ofState = (state: State): readonly string[] => {
      first.set(keyOf(state), ways(state));
      return [];
    };
    const met: State[] = [];
    search({
      from: beginning(),
      decisions: theProducts,
      faults: 0,
      judge: { ofState, ofMove: () => [] },
      again: (state) => met.push(state),
    });
    const apart = met.filter((state) => ways(state) !== first.get(keyOf(state)));
    expect(met.length).toBeGreaterThan(100);
    expect(apart.length).toBe(0);
  });
});
