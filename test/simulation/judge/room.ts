import type { Service } from '#libs/contracts';
import { containersOf, type HostFacts, type World } from '#libs/domain/stack';

/** The host takes one more container of the service, by what people know of hosts. */
export const hasRoomFor = (world: World, host: HostFacts, { tags, resources }: Service): boolean => {
  const isOpen = host.life === 'live' && host.cordon === null && !host.isContested;
  const claims = world.stacks.values().flatMap((state) =>
    containersOf(state)
      .filter((known) => known.host === host.host)
      .map((known) => state.versions[known.version]?.manifest.services[known.service]?.resources.memoryBytes ?? 0),
  );
  const free = host.capacity.memoryBytes - claims.reduce((sum, claim) => sum + claim, 0);
  return isOpen && tags.every((tag) => host.tags.includes(tag)) && (resources.memoryBytes ?? 0) <= free;
};
