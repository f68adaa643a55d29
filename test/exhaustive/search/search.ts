import { LogChecker } from '#libs/testing/invariants';
import { logAfter } from '../judge/log.ts';
import type { Decisions } from '../model/decisions.ts';
import { eventsOf } from '../model/log.ts';
import { movesOf } from '../model/moves.ts';
import { remembered } from '../model/remembered.ts';
import type { Limits, Move, State } from '../model/state.ts';
import { keyOf as theKey } from './key.ts';
import { Seen } from './seen.ts';
import { Ways } from './ways.ts';

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
  /** Called once for each depth and many times in a wide one. `left`: states of this depth that wait for their turn. */
  readonly progress?: (found: {
    readonly depth: number;
    readonly states: number;
    readonly transitions: number;
    readonly left: number;
  }) => void;
  /** Which states are taken for one; that of this folder where nothing is said. */
  readonly keyOf?: typeof theKey;
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

const EACH = 10_000;

/** Breadth first: all states that can be reached, each once, the nearest first. It ends with the first that is wrong. */
export const search = (options: Options): Found => {
  const decisions = remembered(options.decisions);
  const { from, judge, limits, progress, first, again, keyOf = theKey } = options;
  const movesFrom = (state: State): readonly Move[] => movesOf(state, decisions, limits);
  const begun = new LogChecker();
  begun.take(eventsOf(from.written));
  const seen = new Seen();
  const ways = new Ways();
  seen.add(keyOf(from, begun));
  let frontier: Met[] = [{ number: 0, state: from, log: begun, until: { written: from.written } }];
  let transitions = 0;
  for (let depth = 0; ; depth++) {
    const next: Met[] = [];
    frontier.reverse();
    // Each is let go as its turn comes: at its widest the frontier is all that takes memory.
    for (let met = frontier.pop(); met; met = frontier.pop()) {
      if (frontier.length % EACH === 0) progress?.({ depth, states: seen.size, transitions, left: frontier.length });
      const { number, state } = met;
      const log = logOf(met);
      const until = { written: state.written };
      const moves = movesFrom(state);
      const found = (words: readonly string[], last: readonly Move[]): Found => {
        const path = [...ways.pathTo(number, from, movesFrom), ...last];
        return { states: seen.size, transitions, depth, violation: { words, path } };
      };
      const wrong = judge.ofState(state, moves);
      if (wrong.length > 0) return found(wrong, []);
      for (const [turn, move] of moves.entries()) {
        transitions++;
        const then = logAfter(log, state, move.next);
        const words = [...then.words, ...(then.log === log ? [] : judge.ofMove(state, move.next))];
        if (words.length > 0) return found(words, [move]);
        if (!seen.add(keyOf(move.next, then.log))) again?.(move.next, then.log);
        else {
          first?.(move.next, then.log);
          next.push({ number: ways.add(number, turn), state: move.next, log, until });
        }
      }
    }
    if (next.length === 0 || depth + 1 === options.depth) return { states: seen.size, transitions, depth, violation: null };
    frontier = next;
  }
};

/** A state that waits for its turn. Of the many logs that differ in a few events one is kept: that of where it was met from. */
interface Met {
  readonly number: number;
  readonly state: State;
  readonly log: LogChecker;
  /** The state that `log` is of. */
  readonly until: Pick<State, 'written'>;
}

const logOf = ({ log, until, state }: Met): LogChecker => logAfter(log, until, state).log;
