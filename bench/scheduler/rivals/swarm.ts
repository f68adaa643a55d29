import type { HostId } from '#libs/contracts';
import { fittingHosts, type PlainFleet, type PlainWish } from '#libs/testing/fleets';

const OFTEN = 5;
const WITHIN_MS = 5 * 60_000;

/**
 * Swarm's choice, by its description: of the hosts that fit, one with fewer recent failures of the service where either has five or more,
 * then the fewest tasks of the service in all its versions, then the fewest at all, and then chance.
 */
export const bySwarm = (fleet: PlainFleet, wish: PlainWish, random: () => number): HostId | null => {
  const known = fittingHosts(fleet, wish).map(({ host }) => ({ host, ...weightOf(fleet, wish, host), chance: random() }));
  known.sort((a, b) => {
    const failures = a.failures >= OFTEN || b.failures >= OFTEN ? a.failures - b.failures : 0;
    return failures || a.service - b.service || a.all - b.all || a.chance - b.chance;
  });
  return known[0]?.host ?? null;
};

const weightOf = ({ containers, setbacks, now }: PlainFleet, { stack, name }: PlainWish, host: HostId) => {
  const here = containers.filter((known) => known.isStaying && known.host === host);
  const isOwn = (known: { readonly stack: string; readonly service: string }): boolean => known.stack === stack && known.service === name;
  return {
    failures: setbacks.filter((known) => known.host === host && isOwn(known) && known.at >= now - WITHIN_MS).length,
    service: here.filter(isOwn).length,
    all: here.length,
  };
};
