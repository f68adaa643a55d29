import { describe, expect, it } from 'vitest';
import { theProducts } from '../model/decisions.ts';
import { movesOf } from '../model/moves.ts';
import type { Move } from '../model/state.ts';
import { beginning } from '../scenario.ts';
import { theJudge } from './judge.ts';

const state = beginning();
const move = (chance: Pick<Move, 'isByChance'>): Move => ({ label: 'something happens', next: state, ...chance });

describe('a request', () => {
  it('is waited for as long as something has to happen', () => {
    expect(theJudge.ofState(state, [move({ isByChance: true }), move({})])).toEqual([]);
  });

  it('is never begun where that needs what may never happen', () => {
    expect(theJudge.ofState(state, [move({ isByChance: true })])[0]).toBe('rest: a request is never begun');
    expect(theJudge.ofState(state, [])[0]).toBe('rest: a request is never begun');
  });

  it('needs no fault: each of them is by chance, and nothing else at its beginning is', () => {
    const moves = movesOf(state, theProducts, { faults: 1, ends: true });
    expect(new Set(moves.map(({ label, isByChance }) => label.includes('FAULT') === (isByChance ?? false)))).toEqual(new Set([true]));
    expect(moves.filter(({ isByChance }) => !isByChance)).not.toEqual([]);
  });
});

describe('what a replica that froze may still append', () => {
  it('is by chance', () => {
    const frozen = movesOf(state, theProducts, { faults: 1, ends: false }).find(({ label }) => label.includes('freezes'));
    const thaws = movesOf(frozen?.next ?? state, theProducts, { faults: 1, ends: false }).filter(({ label }) =>
      label.includes('was frozen'),
    );
    expect(thaws.map(({ isByChance }) => isByChance)).toEqual([true]);
  });
});
