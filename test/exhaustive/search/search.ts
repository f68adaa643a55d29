import { createHash } from 'node:crypto';
import type { Decisions } from '../model/decisions.ts';
import { movesOf } from '../model/moves.ts';
import { remembered } from '../model/remembered.ts';
import type { Move, State } from '../model/state.ts';
import { keyOf } from './key.ts';

/** What is wrong with a state, or with one move; in words that begin with the invariant. */
export interface Judge {
  readonly ofState: (state: State, moves: readonly Move[]) => readonly string[];
  readonly ofMove: (from: State, to: State) => readonly string[];
}

export interface Options {
  readonly from: State;
  readonly decisions: Decisions;
  readonly judge: Judge;
  /** So many faults may happen in one history. */
  readonly faults: number;
  /** Called once for each depth. */
  readonly progress?: (found: { readonly depth: number; readonly states: number; readonly transitions: number }) => void;
  /** Called for a state that was met before, by another way. */
  readonly again?: (state: State) => void;
}

export interface Found {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** The first that is wrong, by one of the shortest ways to it; null when there is none. */
  readonly violation: { readonly words: readonly string[]; readonly path: readonly Move[] } | null;
}

/** Breadth first: all states that can be reached, each once, the nearest first. It ends with the first that is wrong. */
export const search = (options: Options): Found => {
  const decisions = remembered(options.decisions);
  const { from, judge, faults, progress, again } = options;
  const numbers = new Map<string, number>([[hashOf(keyOf(from)), 0]]);
  /** By number: from which state it was first met, and by which of its moves. */
  const ways: { readonly parent: number; readonly move: number }[] = [{ parent: -1, move: -1 }];
  let frontier: (readonly [number, State])[] = [[0, from]];
  let transitions = 0;
  for (let depth = 0; ; depth++) {
    progress?.({ depth, states: numbers.size, transitions });
    const next: (readonly [number, State])[] = [];
    for (const [number, state] of frontier) {
      const moves = movesOf(state, decisions, faults);
      const found = (words: readonly string[], last: readonly Move[]): Found => {
        const path = [...pathTo(number, ways, from, (each) => movesOf(each, decisions, faults)), ...last];
        return { states: numbers.size, transitions, depth, violation: { words, path } };
      };
      const wrong = judge.ofState(state, moves);
      if (wrong.length > 0) return found(wrong, []);
      for (const [nth, move] of moves.entries()) {
        transitions++;
        const words = state.written === move.next.written ? [] : judge.ofMove(state, move.next);
        if (words.length > 0) return found(words, [move]);
        const key = hashOf(keyOf(move.next));
        if (numbers.has(key)) again?.(move.next);
        else {
          numbers.set(key, ways.length);
          next.push([ways.length, move.next]);
          ways.push({ parent: number, move: nth });
        }
      }
    }
    if (next.length === 0) return { states: numbers.size, transitions, depth, violation: null };
    frontier = next;
  }
};

/** 96 bits: of ten million states, two that share one are not to be expected in the life of the house. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64').slice(0, 16);

const pathTo = (
  number: number,
  ways: readonly { readonly parent: number; readonly move: number }[],
  from: State,
  movesFrom: (state: State) => readonly Move[],
): readonly Move[] => {
  const turns: number[] = [];
  for (let each = ways[number]; each && each.parent >= 0; each = ways[each.parent]) turns.push(each.move);
  const path: Move[] = [];
  for (const turn of turns.reverse()) path.push(movesFrom(path.at(-1)?.next ?? from)[turn] as Move);
  return path;
};
