import type { BerthEvent, ContainerId, HostId } from '#libs/contracts';

/** They were on a host when it was removed from the fleet: nobody asked them to leave before. */
export const abandonedIn = (events: readonly BerthEvent[]): ReadonlySet<ContainerId> => {
  const removed = new Set<HostId>();
  const abandoned = new Set<ContainerId>();
  for (const event of events) {
    if (event.type === 'HostRemoved') removed.add(event.data.host);
    if (event.type === 'HostJoined') removed.delete(event.data.host);
    if (event.type === 'PlacementReleased' && removed.has(event.data.host)) abandoned.add(event.data.container);
  }
  return abandoned;
};
