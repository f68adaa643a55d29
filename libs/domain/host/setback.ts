import type { ContainerId } from '#libs/contracts';
import type { Goal, ObservedContainer } from './observed.ts';

/** What went wrong with a container last, and from when it is tried again. */
export interface Setback {
  /** How often in a row. */
  readonly count: number;
  /** The run that ended; null when it could not be made or started. */
  readonly run: string | null;
  /** Why it could not be made or started; empty for an exit. */
  readonly message: string;
  /** Both by the monotonic clock. */
  readonly at: number;
  readonly retryAt: number;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** So long without another one, and the count begins anew. */
const FORGIVEN_AFTER_MS = 2 * LONGEST_WAIT_MS;

/** 1 s, doubling to 60 s. */
export const afterSetback = (before: Setback | undefined, now: number, what: Pick<Setback, 'run' | 'message'>): Setback => {
  const count = before && now - before.at <= FORGIVEN_AFTER_MS ? before.count + 1 : 1;
  return { ...what, count, at: now, retryAt: now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(count - 1, 16)) };
};

/** Counts each exit once: the container waits before it is started again. What is not wanted is forgotten. */
export const noteExits = (
  setbacks: ReadonlyMap<ContainerId, Setback>,
  { goals, observed }: { readonly goals: readonly Goal[]; readonly observed: readonly ObservedContainer[] },
  now: number,
): ReadonlyMap<ContainerId, Setback> => {
  const wanted = new Set(goals.map(({ container }) => container));
  const next = new Map([...setbacks].filter(([container]) => wanted.has(container)));
  for (const { container, state, run } of observed) {
    const before = setbacks.get(container);
    if (wanted.has(container) && state === 'exited' && run !== null && before?.run !== run)
      next.set(container, afterSetback(before, now, { run, message: '' }));
  }
  return next;
};
