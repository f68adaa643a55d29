import type { HostId, Instant } from '#libs/contracts';
import type { Setback, StackState } from './state.ts';

/** So often, in so long: then the host is the likelier cause. */
const OFTEN = 5;
const WITHIN_MS = 5 * 60_000;
/** Of a stack; a service that fails everywhere is not better off anywhere. */
const KEPT = 256;

export const setbacksAfter = (known: readonly Setback[], setback: Setback): readonly Setback[] =>
  [...known.filter(({ at }) => isRecent(at, setback.at)), setback].slice(-KEPT);

/** Hosts on which the service failed so often of late that it goes there last. */
export const failingHosts = ({ setbacks }: StackState, service: string, now: Instant): ReadonlySet<HostId> => {
  const times = new Map<HostId, number>();
  for (const setback of setbacks)
    if (setback.service === service && isRecent(setback.at, now)) times.set(setback.host, (times.get(setback.host) ?? 0) + 1);
  return new Set([...times].filter(([, count]) => count >= OFTEN).map(([host]) => host));
};

const isRecent = (at: Instant, now: Instant): boolean => now - at <= WITHIN_MS;
