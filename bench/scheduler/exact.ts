import type { HostId } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { placementDue } from '#libs/domain/placement';
import { type Asked, FleetWalk, fittingHosts, judged, type PlainFleet, type PlainWish, seededRandom } from '#libs/testing/fleets';
import type { Lab } from '../lab.ts';
import { byNomad } from './rivals/nomad.ts';
import { bySwarm } from './rivals/swarm.ts';

const STATES = { quick: 20_000, full: 1_000_000 };
/** Steps that one fleet takes. */
const STEPS = 60;

/**
 * How often a placement is not on the one host that the letter of the rule allows, over random fleets; and how often the rules of others,
 * in the same states, take a host that has more of the service, in the version that is placed, than another one that fits.
 */
export const bench = async (lab: Lab): Promise<void> => {
  const tally = { states: 0, off: 0, spread: 0, ours: 0, nomad: 0, swarm: 0 };
  for (let seed = 1; tally.states < (lab.isQuick ? STATES.quick : STATES.full); seed++) walk(seed, tally);
  const share = (missed: number): number => (100 * missed) / tally.spread;
  const reading = { ...tally, ours: share(tally.ours), nomad: share(tally.nomad), swarm: share(tally.swarm) };
  await lab.measure({
    ours: async () => reading,
    figures: [
      { id: 'exact_states', of: 'states', unit: 'random states', better: 'higher' },
      { id: 'exact_off', of: 'off', unit: 'placements off the exact minimum', better: 'lower' },
      { id: 'exact_misses', of: 'ours', unit: '% not on a host with the fewest', better: 'lower' },
      { id: 'exact_misses_nomad', of: 'nomad', unit: '% not on a host with the fewest', better: 'lower' },
      { id: 'exact_misses_swarm', of: 'swarm', unit: '% not on a host with the fewest', better: 'lower' },
    ],
  });
};

type Tally = Record<'states' | 'off' | 'spread' | 'ours' | 'nomad' | 'swarm', number>;

const walk = (seed: number, tally: Tally): void => {
  const random = seededRandom(seed);
  const chance = seededRandom(seed + 2 ** 31);
  const fleet = new FleetWalk(random);
  for (let step = 0; step < STEPS; step++) {
    const asked = fleet.step();
    const events = decided(fleet, asked);
    const isPlaced = [...judged(fleet.plain, asked, events)].every(({ exact }) => exact !== null);
    for (const state of judged(fleet.plain, asked, events)) {
      tally.states++;
      if (state.given !== (isPlaced ? state.exact : null)) tally.off++;
      if (isPlaced && state.given && isSpread(state.wish)) compare(state.fleet, state.wish, state.given, chance, tally);
    }
    fleet.take(events);
    fleet.ends(asked, isPlaced);
  }
};

const decided = (fleet: FleetWalk, { stack, deployment }: Asked): readonly Decided[] => {
  for (;;) {
    const events = placementDue(fleet.world, stack, fleet.plain.now).flatMap((decision) => decision.events);
    if (events.length === 0 || events.some(({ data }) => 'deployment' in data && data.deployment === deployment)) return events;
    fleet.take(events);
  }
};

/** Only there the rules of others want the same: no tag is spread over before hosts. */
const isSpread = ({ service }: PlainWish): boolean => service.strategy === 'HIGH_AVAILABILITY' && service.spread === null;

const compare = (fleet: PlainFleet, wish: PlainWish, given: HostId, random: () => number, tally: Tally): void => {
  const count = (on: HostId): number =>
    fleet.containers.filter(
      ({ host, stack, service, version, isStaying }) =>
        isStaying && host === on && stack === wish.stack && service === wish.name && version === wish.version,
    ).length;
  const sound = fittingHosts(fleet, wish).filter(({ host }) => !isFailing(fleet, wish, host));
  if (sound.length === 0) return;
  const least = Math.min(...sound.map(({ host }) => count(host)));
  const isMissed = (host: HostId | null): number => Number(host !== null && count(host) > least);
  tally.spread++;
  tally.ours += isMissed(given);
  tally.nomad += isMissed(byNomad(fleet, wish, random));
  tally.swarm += isMissed(bySwarm(fleet, wish, random));
};

const isFailing = ({ setbacks, now }: PlainFleet, { stack, name }: PlainWish, host: HostId): boolean =>
  setbacks.filter((known) => known.stack === stack && known.service === name && known.host === host && known.at >= now - 300_000).length >=
  5;
