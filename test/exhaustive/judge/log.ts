import type { BerthEvent } from '#libs/contracts';
import { LogChecker } from '#libs/testing/invariants';
import type { State } from '../model/state.ts';

interface Judged {
  readonly log: LogChecker;
  readonly words: readonly string[];
}

/** What a move wrote, judged as the log goes on. That a fold can be done again (I9) no append can show. */
export const logAfter = (log: LogChecker, from: Pick<State, 'written'>, to: State): Judged => {
  const events = writtenBetween(from, to);
  if (events.length === 0) return { log, words: [] };
  const next = log.copy();
  return { log: next, words: next.take(events).map(({ invariant, message }) => `${invariant}: ${message}`) };
};

export const writtenBetween = (from: Pick<State, 'written'>, to: Pick<State, 'written'>): readonly BerthEvent[] => {
  const events: BerthEvent[] = [];
  for (let each = to.written; each !== null && each !== from.written; each = each.before) events.push(each.event);
  return events.reverse();
};
