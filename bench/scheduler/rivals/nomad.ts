import type { HostId } from '#libs/contracts';
import { fittingHosts, type PlainFleet, type PlainHost, type PlainWish } from '#libs/testing/fleets';

/** Hosts that score no better than this are put aside, so many at most. */
const THRESHOLD = 0;
const MOST_SKIPPED = 3;

/**
 * Nomad's choice for a service job, by its description: hosts in an order of chance; of those that fit, no more than max(2, log2 n) are
 * scored, and the best of these is taken. The score is the mean of the bin-packing score and, where the job has some there already, of
 * -(collisions + 1) / count.
 */
export const byNomad = (fleet: PlainFleet, wish: PlainWish, random: () => number): HostId | null => {
  const limit = Math.max(2, Math.ceil(Math.log2(fleet.hosts.length)));
  const scored = shuffled(fittingHosts(fleet, wish), random).map((host) => ({ host, score: scoreOf(fleet, wish, host) }));
  const poor = scored.filter(({ score }) => score <= THRESHOLD).slice(0, MOST_SKIPPED);
  const looked = [...scored.filter((known) => !poor.includes(known)).slice(0, limit)];
  const pool = looked.length < limit ? [...looked, ...poor.slice(0, limit - looked.length)] : looked;
  return (
    pool.reduce<(typeof pool)[number] | null>((best, known) => (best === null || known.score > best.score ? known : best), null)?.host
      .host ?? null
  );
};

const scoreOf = ({ containers }: PlainFleet, { stack, name, service }: PlainWish, host: PlainHost): number => {
  const here = containers.filter((known) => known.host === host.host);
  const left = (key: 'milliCpus' | 'memoryBytes'): number =>
    1 - (here.reduce((sum, known) => sum + known[key], 0) + (service.resources[key] ?? 0)) / host[key];
  const packed = 20 - (10 ** left('milliCpus') + 10 ** left('memoryBytes'));
  const collisions = here.filter((known) => known.isStaying && known.stack === stack && known.service === name).length;
  const scores = [Math.min(18, Math.max(0, packed)) / 18, ...(collisions > 0 ? [-(collisions + 1) / service.replicas] : [])];
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
};

const shuffled = (hosts: readonly PlainHost[], random: () => number): readonly PlainHost[] =>
  hosts
    .map((host) => ({ host, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ host }) => host);
