import { compareGenerations, type Generation, type HostId, type Instant, streams } from '#libs/contracts';
import type { HostFacts, World } from '#libs/domain/stack';
import type { Decided } from '../decision.ts';
import { type Patience, patienceWith, suspicionWith } from './patience.ts';

/**
 * What was heard of the hosts by who decides, while it listened itself: silence of a time in which it did not is not in it.
 */
export interface Heard {
  /** For how many milliseconds nothing was heard of a host. One that is not in it was never listened for. */
  readonly silentMs: ReadonlyMap<HostId, number>;
  /** Hosts that said anything since it listens. */
  readonly spoke: ReadonlySet<HostId>;
  /** The session in which the whole level of a host was recorded last. */
  readonly told: ReadonlyMap<HostId, Generation>;
}

/** More than this share of the fleet, and at least so many hosts, that go silent at once are our fault or the network's. */
const FLEET_SHARE = 1 / 3;
const FLEET_LEAST = 3;

/** Suspicions, losses and returns; and the brake on all of them when too many are silent at once. */
export const silencesDue = (world: World, heard: Heard, now: Instant, patience: Patience): readonly Decided[] => {
  const hosts = world.hosts.values();
  const silent = hosts.filter((host) => host.life !== 'lost' && (heard.silentMs.get(host.host) ?? 0) >= suspicionWith(patience, host));
  const of = hosts.filter(({ life }) => life !== 'lost').length;
  const isTooMany = silent.length >= FLEET_LEAST && silent.length > of * FLEET_SHARE;
  const brake = braked(world, silent, of, isTooMany);
  if (brake) return [brake];
  const told = hosts.flatMap((host) => lifeOf(host, heard, patience));
  return world.silentSince === null ? [...told, ...lost(world, heard, now, patience)] : told;
};

const braked = ({ silentSince }: World, silent: readonly HostFacts[], of: number, isTooMany: boolean): Decided | null => {
  const hosts = silent.map(({ host }) => host);
  if (isTooMany && silentSince === null) return { stream: streams.hosts, type: 'FleetSilent', data: { hosts, of } };
  return !isTooMany && silentSince !== null ? { stream: streams.hosts, type: 'FleetHeard', data: { silent: hosts } } : null;
};

const lifeOf = (known: HostFacts, heard: Heard, patience: Patience): readonly Decided[] => {
  const { host, life } = known;
  const silentMs = heard.silentMs.get(host);
  if (silentMs === undefined) return [];
  const isSilent = silentMs >= suspicionWith(patience, known);
  if (life === 'live' && isSilent) return [{ stream: streams.hosts, type: 'HostSuspected', data: { host, silentMs } }];
  const isBack = !isSilent && (life === 'suspected' ? heard.spoke.has(host) : life === 'lost' && isTold(known, heard));
  return isBack ? [{ stream: streams.hosts, type: 'HostReturned', data: { host, from: life === 'lost' ? 'lost' : 'suspected' } }] : [];
};

/** Whoever was lost has another session since. */
const isTold = ({ host, session }: HostFacts, { told }: Heard): boolean => {
  const toldIn = told.get(host);
  return session !== null && toldIn !== undefined && compareGenerations(toldIn, session.generation) === 0;
};

/** One at a time: the one that is silent for longest goes first, by id where two are. */
const lost = (world: World, heard: Heard, now: Instant, patience: Patience): readonly Decided[] => {
  const newest = Math.max(...world.hosts.values().map(({ losses }) => losses[0] ?? Number.NEGATIVE_INFINITY));
  if (now - newest < patience.betweenLossesMs) return [];
  const [first] = world.hosts
    .values()
    .filter(({ life }) => life === 'suspected')
    .map((host) => ({ host, silentMs: heard.silentMs.get(host.host) ?? 0 }))
    .filter(({ host, silentMs }) => silentMs >= patienceWith(patience, host))
    .sort((a, b) => b.silentMs - a.silentMs || (a.host.host < b.host.host ? -1 : 1));
  return first
    ? [{ stream: streams.hosts, type: 'HostLost', data: { host: first.host.host, silentMs: first.silentMs, by: 'silence' } }]
    : [];
};
