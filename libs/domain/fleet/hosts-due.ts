import { type Instant, streams } from '#libs/contracts';
import { type HostFacts, versionsOf, type World } from '#libs/domain/stack';
import type { Decided, Decision } from '../decision.ts';
import { PATIENCE, type Patience } from './patience.ts';
import { type Heard, silencesDue } from './silences.ts';
import { answerTo } from './wishes.ts';

/**
 * What is due in `hosts`: answers to what people asked of hosts, the steps of a drain and of a restart, and what follows from silence. Null
 * where nothing is.
 */
export const hostsDue = (world: World, heard: Heard, now: Instant, patience: Patience = PATIENCE): Decision | null => {
  // It holds a container from its placement to its release.
  const steps = world.hosts.values().flatMap((host) => stepsOf(host, world.room.held.get(host.host) === undefined));
  const events = [...steps, ...silencesDue(world, heard, now, patience)];
  if (events.length === 0) return null;
  const expected = versionsOf(world, [streams.hosts, streams.fleet]);
  return { events: onePerHost(events), expected, correlation: 'hosts', causation: null };
};

const stepsOf = (host: HostFacts, isEmpty: boolean): readonly Decided[] => {
  const [wish] = host.wishes;
  const answer = wish ? answerTo(host, wish, isEmpty) : null;
  return [answer ?? stepOf(host, isEmpty)].flatMap((step) => step ?? []);
};

const stepOf = ({ host, cordon, isDrained, reboot, bootId }: HostFacts, isEmpty: boolean): Decided | null => {
  const stream = streams.hosts;
  if (cordon === null || cordon.why === 'cordon') return null;
  if (!isDrained) return isEmpty ? { stream, type: 'HostDrained', data: { host } } : null;
  if (cordon.why !== 'reboot' || bootId === null) return null;
  if (reboot === null) return { stream, type: 'HostRebootStarted', data: { host, bootId } };
  return reboot.bootId === bootId ? null : { stream, type: 'HostUncordoned', data: { host, why: 'rebooted' } };
};

/** What follows on the first is decided from the world in which that is folded. */
const onePerHost = (events: readonly Decided[]): readonly Decided[] => {
  const seen = new Set<string>();
  return events.filter(({ data }) => {
    const subject = 'host' in data ? data.host : 'fleet';
    return !seen.has(subject) && seen.add(subject);
  });
};
