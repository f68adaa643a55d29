import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { containersOf, stackOf } from '#libs/domain/stack';
import { LogChecker } from '#libs/testing/invariants';
import { theJudge } from '../judge/judge.ts';
import { logAfter } from '../judge/log.ts';
import { theProducts } from '../model/decisions.ts';
import { NAMES_TTL_MS } from '../model/machine.ts';
import { movesOf, STACK } from '../model/moves.ts';
import type { Limits, State } from '../model/state.ts';
import { beginning, switched } from '../scenario.ts';
import { keyOf } from './key.ts';
import { type Options, search } from './search.ts';

const NONE: Limits = { faults: 0, ends: false };
const ONE: Limits = { faults: 1, ends: false };
const searched = (options: Partial<Options>) =>
  search({ from: beginning(), decisions: theProducts, limits: NONE, judge: theJudge, ...options });

const digest = (text: string): string => hash('md5', text, 'base64');

/** Keys of what is next; kept by digest, for there are many. */
const waysOf = (limits: Limits) => (state: State, log: LogChecker) =>
  digest(
    movesOf(state, theProducts, limits)
      .map(({ next }) => keyOf(next, logAfter(log, state, next).log))
      .sort()
      .join('\n'),
  );

/** Those that were met again and go on in other ways than when they were met first. */
const apart = (options: Partial<Options>, limits: Limits) => {
  const ways = waysOf(limits);
  const first = new Map<string, string>();
  const wrong: string[] = [];
  let again = 0;
  searched({
    ...{ ...options, limits },
    first: (state, log) => first.set(keyOf(state, log), ways(state, log)),
    again: (state, log) => {
      again++;
      const key = keyOf(state, log);
      const known = first.get(key);
      if (known !== undefined && ways(state, log) !== known) wrong.push(key);
    },
  });
  return { again, wrong };
};

/** What the judge sees of a state, but for when and at which position it was so. */
const viewOf = ({ world, machines }: State): string => {
  const stack = stackOf(world, STACK);
  return JSON.stringify([
    [stack.running, stack.promoted],
    containersOf(stack).map(({ container, status, leaving, retired, isGone }) => [
      [container, status, leaving?.wave, retired?.reason, isGone],
    ]),
    machines.map(({ engine, live, names, busy, session }) => [
      [...engine].map(([id, { state, runs }]) => [id, state, runs]),
      [live?.endpoints, names?.versions, names?.promoted, busy, session === null],
    ]),
  ]);
};

/** All that is judged in a search: what the hosts are, and what happens. */
const seenBy = (options: Partial<Options>): { readonly states: number; readonly views: readonly string[] } => {
  const views = new Set<string>();
  const { states } = searched({
    ...options,
    judge: {
      ofState: (state, moves) => {
        views.add(viewOf(state));
        for (const { label } of moves) views.add(label);
        return [];
      },
      ofMove: () => [],
    },
  });
  return { states, views: [...views].sort() };
};

/** With what the key leaves out: which callers each table knows, and how old it is up to the longest time that is waited. */
const finerKey: typeof keyOf = (state, log) => {
  const tables = state.machines.map(({ names, namesAt, held }) => [
    Object.keys(names?.callers ?? {}),
    held.names.parts.map(({ callers }) => Object.keys(callers)),
    Math.min(2000, state.now - namesAt),
  ]);
  return `${keyOf(state, log)}\n${JSON.stringify(tables)}`;
};

describe('two states of one key', () => {
  it('go on in the same ways', () => {
    const { again, wrong } = apart({}, NONE);
    expect(again).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('go on in the same ways after a fault while version 1 leaves', () => {
    const { again, wrong } = apart({ from: switched(), depth: 6 }, ONE);
    expect(again).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});

describe('how old the names of a host are', () => {
  it('counts for as long as the host waits for their callers', () => {
    const state = switched();
    const keyAt = (ageMs: number): string => {
      const machines = state.machines.map((machine) => ({ ...machine, namesAt: state.now - ageMs }));
      return keyOf({ ...state, machines }, new LogChecker());
    };
    expect(new Set([0, 500, 999, NAMES_TTL_MS].map(keyAt)).size).toBe(4);
    expect(keyAt(NAMES_TTL_MS + 1)).toBe(keyAt(NAMES_TTL_MS));
  });
});

describe('a finer key', () => {
  it('meets more states, and nothing else in them', () => {
    const [finer, told] = [seenBy({ keyOf: finerKey }), seenBy({})];
    expect(finer.states).toBeGreaterThan(told.states);
    expect(finer.views).toEqual(told.views);
  });
});
