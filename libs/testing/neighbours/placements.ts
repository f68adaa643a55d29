import { containerIdOf, type HostId, type Placement, type ServiceName, streams } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { liveHosts, type StackState, type World } from '#libs/domain/stack';

/** Slots go round the hosts that have the tags. A service that no host will do for waits. */
export const placementsOwed = (world: World, state: StackState): readonly Decided[] => {
  const running = state.running === null ? undefined : state.deployments[state.running];
  const version = running && state.versions[running.version];
  if (!running || !version) return [];
  return (Object.keys(version.manifest.services) as ServiceName[])
    .filter((service) => running.placed[service] !== 'placed')
    .flatMap((service): Decided[] => {
      const wish = version.manifest.services[service];
      const fitting = liveHosts(world).filter(({ tags }) => wish?.tags.every((tag) => tags.includes(tag)));
      if (!wish || fitting.length === 0) return [];
      const placements = Array.from({ length: wish.replicas }, (_, index): Placement => {
        const host = fitting[index % fitting.length]?.host as HostId;
        const { deployment } = running;
        const container = containerIdOf({ stack: state.stack, service, slot: index + 1, deployment, replacement: 1 });
        return { container, slot: index + 1, host, reason: 'fewest of the service' };
      });
      const data = { stack: state.stack, deployment: running.deployment, service, version: version.version, placements };
      return [{ stream: streams.fleet, type: 'ContainersPlaced', data }];
    });
};
