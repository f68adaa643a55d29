import { type ContainerId, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { type Claim, claimOf, containersOf, portsOf, type World } from '../stack/index.ts';
import type { Wish } from './slots.ts';

/** So many of those that are in the way are named. */
const NAMED = 100;

/** Names those that hold what the service wants; where only their number is in the way, all that leave. */
export const delay = (world: World, wish: Wish): Decided => {
  const { stack, deployment, name } = wish;
  const leaving = world.stacks.values().flatMap((state) =>
    containersOf(state)
      .map((container) => ({ container: container.container, claim: claimOf(state, container) }))
      .filter(({ claim }) => claim.isOnItsWay),
  );
  const holding = leaving.filter(({ claim }) => holdsWhatIsWanted(world, wish, claim));
  const inTheWay: ContainerId[] = (holding.length > 0 ? holding : leaving).map(({ container }) => container).sort();
  return { stream: streams.fleet, type: 'PlacementDelayed', data: { stack, deployment, service: name, for: inTheWay.slice(0, NAMED) } };
};

const holdsWhatIsWanted = (world: World, { service }: Wish, claim: Claim): boolean =>
  service.tags.every((tag) => world.hosts.get(claim.host)?.tags.includes(tag)) &&
  ((service.resources.milliCpus !== null && claim.milliCpus > 0) ||
    (service.resources.memoryBytes !== null && claim.memoryBytes > 0) ||
    portsOf(service).some((port) => claim.ports.includes(port)));
