import type { Instant, StackName } from '#libs/contracts';
import type { Decision } from '../decision.ts';
import { placementDue } from '../placement/index.ts';
import { rolloutDue } from '../rollout/index.ts';
import { doorsDue } from '../routing/index.ts';
import { stackOf, type World } from '../stack/index.ts';
import type { Fork } from './fork.ts';
import { hostsAct } from './hosts-act.ts';

/** The very functions by which scheduler, deployer and proxy-configurator decide. */
const DUES: readonly ((world: World, stack: StackName, now: Instant) => readonly Decision[])[] = [placementDue, rolloutDue, doorsDue];

/** So many events end it, whatever is still to come. */
const MOST_TOLD = 200_000;
/** So many wakes in a row that bear nothing: what waits then waits for somebody outside. */
const MOST_WAKES = 100;
/** A deployment waits until its deadline, looking each second. */
const MOST_WAKES_RUNNING = 5000;

/**
 * Lets everybody act on these stacks until nothing is due any more; time passes only when nothing else happens. Says whether it came to that
 * end. What concerns other stacks alone is left as it is.
 */
export const playOn = (fork: Fork, stacks: readonly StackName[]): boolean => {
  const wakes = new Map<StackName, Instant>();
  let fruitless = 0;
  for (let turn = new Set(stacks); turn.size > 0; turn = woken(fork, wakes)) {
    const before = fork.told.length;
    for (const stack of turn) actOut(fork, stack, wakes);
    if (fork.told.length > MOST_TOLD) return false;
    fruitless = fork.told.length > before ? 0 : fruitless + 1;
    const isRunning = stacks.some((stack) => stackOf(fork.world, stack).running !== null);
    if (fruitless > (isRunning ? MOST_WAKES_RUNNING : MOST_WAKES)) break;
  }
  return true;
};

/** One stack, until only time can help. */
const actOut = (fork: Fork, stack: StackName, wakes: Map<StackName, Instant>): void => {
  while (fork.told.length <= MOST_TOLD) {
    const decisions = DUES.flatMap((due) => due(fork.world, stack, fork.now));
    const first = decisions.find(({ events }) => events.length > 0);
    const events = first?.events ?? hostsAct(fork.world, stackOf(fork.world, stack));
    if (events.length === 0) {
      const wakeAt = Math.min(...decisions.map((decision) => decision.wakeAt ?? Number.POSITIVE_INFINITY));
      if (Number.isFinite(wakeAt)) wakes.set(stack, Math.max(wakeAt, fork.now + 1));
      return;
    }
    fork.tell(events);
  }
};

/** Those whose time comes next, which is now then. */
const woken = (fork: Fork, wakes: Map<StackName, Instant>): Set<StackName> => {
  const next = Math.min(...wakes.values());
  if (!Number.isFinite(next)) return new Set();
  fork.now = Math.max(fork.now, next);
  const due = [...wakes].filter(([, at]) => at <= fork.now).map(([stack]) => stack);
  for (const stack of due) wakes.delete(stack);
  return new Set(due);
};
