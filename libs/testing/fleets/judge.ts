import type { EventData, HostId, ServiceName } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import type { Asked } from './fleet-walk.ts';
import { exactHost, type PlainContainer, type PlainFleet, type PlainWish } from './plain-fleet.ts';

/** One placement, at the state in which it was made. */
export interface Judged {
  readonly fleet: PlainFleet;
  readonly wish: PlainWish;
  /** Null where no host was given. */
  readonly given: HostId | null;
  readonly exact: HostId | null;
}

/** Each slot of a deployment, as it was given and as brute force gives it, one after the other; up to the first that gets none. */
export function* judged(fleet: PlainFleet, { wishes }: Asked, events: readonly Decided[]): Generator<Judged> {
  const now: PlainFleet = { ...fleet, containers: [...fleet.containers] };
  const placed = events.flatMap((event) => (event.type === 'ContainersPlaced' ? [event.data] : []));
  for (const wish of [...wishes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { placements = [] } = placed.find(({ service }) => service === wish.name) ?? {};
    for (let slot = 0; slot < wish.service.replicas; slot++) {
      const exact = exactHost(now, wish);
      yield { fleet: now, wish, exact, given: placed.length === 0 ? null : (placements[slot]?.host ?? null) };
      if (exact === null) return;
      now.containers.push(containerOf(wish, exact, placed));
    }
  }
}

const containerOf = (
  { stack, name, version, service }: PlainWish,
  host: HostId,
  placed: readonly EventData<'ContainersPlaced'>[],
): PlainContainer => ({
  container: `${name as ServiceName}-${host}` as never,
  ...{ stack, service: name, version, deployment: (placed[0]?.deployment ?? '') as never, host, isStaying: true },
  milliCpus: service.resources.milliCpus ?? 0,
  memoryBytes: service.resources.memoryBytes ?? 0,
  ports: service.ports.flatMap(({ mapped }) => mapped.map(({ port, protocol }) => `${port} ${protocol}`)),
});
