import type { HostHello, HostId, Instant } from '#libs/contracts';
import { SECOND_AGENT, streams } from '#libs/contracts';
import type { World } from '../stack/index.ts';
import type { Fact } from './recorder-fact.ts';

/** Why something that an agent said is not taken. A fixed set: what is sent can't make the tally grow. */
export const REFUSED = {
  malformed: 'it is not in the form of a report',
  stale: 'it speaks in a session that the host does not hold',
  misplaced: 'it names containers that were not placed on this host',
  second: SECOND_AGENT,
  unwritable: 'it says what no event can hold',
  future: 'it says again that it remembers what the log does not have',
  forged: 'its agent speaks for another host',
} as const;
export type Refusal = keyof typeof REFUSED;

/** How often `ReportsRefused` is written of one host, whatever is sent. */
export const QUIET_MS = 60_000;

/** What was refused of one host and is not in the log yet. */
export interface Tally {
  readonly counts: Readonly<Partial<Record<Refusal, number>>>;
  /** Instants of the first and the last. */
  readonly since: Instant;
  readonly until: Instant;
}

export const tallied = (tally: Tally | null, refusal: Refusal, now: Instant): Tally =>
  added(tally, { counts: { [refusal]: 1 }, since: now, until: now });

export const added = (a: Tally | null, b: Tally): Tally => {
  if (a === null) return b;
  const counts: Partial<Record<Refusal, number>> = { ...a.counts };
  for (const [refusal, count] of entriesOf(b)) counts[refusal] = (counts[refusal] ?? 0) + count;
  return { counts, since: Math.min(a.since, b.since), until: Math.max(a.until, b.until) };
};

/** How long the log must not be told of this host's refusals yet: by whoever wrote the newest. */
export const quietFor = (world: World, host: HostId, now: Instant): number => {
  const refusedAt = world.hosts.get(host)?.refusedAt ?? null;
  return refusedAt === null ? 0 : Math.max(0, Math.min(QUIET_MS, refusedAt + QUIET_MS - now));
};

export const refusalFact = (host: HostId, tally: Tally): Fact => {
  const counts = entriesOf(tally).map(([refusal, count]) => ({ reason: REFUSED[refusal], count }));
  const data = { host, counts, since: tally.since, until: tally.until };
  return { event: { stream: streams.host(host), type: 'ReportsRefused', data }, correlation: null, causation: null, output: null };
};

/** The hello is of a run that another one took the session from. */
export const isOfOlderRun = ({ host, runId }: HostHello, world: World): boolean =>
  world.hosts.get(host)?.earlierRuns.includes(runId) ?? false;

const entriesOf = ({ counts }: Tally): readonly (readonly [Refusal, number])[] => Object.entries(counts) as [Refusal, number][];
