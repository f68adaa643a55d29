import { hash } from 'node:crypto';
import { LogChecker } from '#libs/testing/invariants';
import { logAfter } from '../judge/log.ts';
import type { Decisions } from '../model/decisions.ts';
import { eventsOf } from '../model/log.ts';
import { movesOf } from '../model/moves.ts';
import { remembered } from '../model/remembered.ts';
import type { Limits, Move, State } from '../model/state.ts';
import { keyOf } from './key.ts';

/** What is wrong with a state, or with one move, beside what its log shows; in words that begin with the invariant. */
export interface Judge {
  readonly ofState: (state: State, moves: readonly Move[]) => readonly string[];
  readonly ofMove: (from: State, to: State) => readonly string[];
}

export interface Options {
  readonly from: State;
  readonly decisions: Decisions;
  readonly judge: Judge;
  readonly limits: Limits;
  /** It goes no farther than so many moves; to the end where nothing is said. */
  readonly depth?: number;
  /** Called once for each depth. */
  readonly progress?: (found: { readonly depth: number; readonly states: number; readonly transitions: number }) => void;
  /** Called for a state that is met for the first time, and for one that was met before, by another way. */
  readonly first?: (state: State, log: LogChecker) => void;
  readonly again?: (state: State, log: LogChecker) => void;
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
  const { from, judge, limits, progress, first, again } = options;
  const begun = new LogChecker();
  begun.take(eventsOf(from.written));
  const numbers = new Map<string, number>([[hashOf(keyOf(from, begun)), 0]]);
  /** By number: from which state it was first met, and by which of its moves. */
  const ways: { readonly parent: number; readonly move: number }[] = [{ parent: -1, move: -1 }];
  let frontier: readonly Met[] = [{ number: 0, state: from, log: begun }];
  let transitions = 0;
  for (let depth = 0; ; depth++) {
    progress?.({ depth, states: numbers.size, transitions });
    const next: Met[] = [];
    for (const { number, state, log } of frontier) {
      const moves = movesOf(state, decisions, limits);
      const found = (words: readonly string[], last: readonly Move[]): Found => {
        const path = [...pathTo(number, ways, from, (each) => movesOf(each, decisions, limits)), ...last];
        return { states: numbers.size, transitions, depth, violation: { words, path } };
      };
      const wrong = judge.ofState(state, moves);
      if (wrong.length > 0) return found(wrong, []);
      for (const [nth, move] of moves.entries()) {
        transitions++;
        const then = logAfter(log, state, move.next);
        const words = [...then.words, ...(then.log === log ? [] : judge.ofMove(state, move.next))];
        if (words.length > 0) return found(words, [move]);
        const key = hashOf(keyOf(move.next, then.log));
        if (numbers.has(key)) again?.(move.next, then.log);
        else {
          first?.(move.next, then.log);
          numbers.set(key, ways.length);
          next.push({ number: ways.length, state: move.next, log: then.log });
          ways.push({ parent: number, move: nth });
        }
      }
    }
    if (next.length === 0 || depth + 1 === options.depth) return { states: numbers.size, transitions, depth, violation: null };
    frontier = next;
  }
};

interface Met {
  readonly number: number;
  readonly state: State;
  readonly log: LogChecker;
}

/** 96 bits: of ten million states, two that share one are not to be expected in the life of the house. */
const hashOf = (key: string): string => hash('sha1', key, 'base64').slice(0, 16);

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
