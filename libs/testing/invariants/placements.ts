import type { ContainerId, EventData, HostId, Placement, Service } from '#libs/contracts';
import { type ContainerModel, type HostModel, type Model, stackIn, tagsOf } from './model.ts';
import type { Rule } from './rule.ts';

type Placed = EventData<'ContainersPlaced'>;

/** I3: a slot of a deployment has at most one current placement, and no container is placed twice. */
export const oneContainerASlot: Rule = {
  invariant: 'I3',
  before: (event, model) =>
    event.type !== 'ContainersPlaced'
      ? []
      : event.data.placements.flatMap((placement, index) => {
          const { container, slot } = placement;
          const earlier = event.data.placements.slice(0, index);
          const again = model.containers.has(container) || earlier.some((other) => other.container === container);
          const taken = currentOf(model, event.data, slot) ?? earlier.find((other) => other.slot === slot)?.container;
          if (again) return [`container ${container} is placed a second time`];
          return taken === undefined || taken === placement.replaces
            ? []
            : [`slot ${slot} of ${event.data.service} gets ${container} while it has ${taken}`];
        }),
};

const currentOf = (model: Model, { deployment, service }: Placed, slot: number): ContainerId | undefined =>
  [...model.containers.values()].find(
    (known) => holdsSlot(known) && known.deployment === deployment && known.service === service && known.slot === slot,
  )?.container;

/** Not lost, taken out of service or replaced. */
const holdsSlot = ({ isReleased, isLost, isWithdrawn, isReplaced }: ContainerModel): boolean =>
  !isReleased && !isLost && !isWithdrawn && !isReplaced;

/** I4: at the moment of each placement its host had all of the service's tags and the room. */
export const fittingHost: Rule = {
  invariant: 'I4',
  before: (event, model) =>
    event.type !== 'ContainersPlaced'
      ? []
      : eachPlacement(model, event.data, (placement, service, earlier) => unfit(model, placement, service, earlier)),
};

/** I5: no other fitting host had fewer containers of that service in that version. */
export const spreadHosts: Rule = {
  invariant: 'I5',
  before: (event, model) =>
    event.type !== 'ContainersPlaced'
      ? []
      : eachPlacement(model, event.data, (placement, service, earlier) => {
          if (service.strategy !== 'HIGH_AVAILABILITY') return [];
          const count = (host: HostId): number =>
            earlier.filter((other) => other.host === host).length +
            [...model.containers.values()].filter(
              (known) =>
                known.host === host &&
                !known.isReleased &&
                !known.isWithdrawn &&
                !known.isLost &&
                known.deployment === event.data.deployment &&
                known.service === event.data.service,
            ).length;
          const better = [...model.hosts.keys()]
            .filter((host) => count(host) < count(placement.host))
            .find((host) => !model.hosts.get(host)?.isContested && unfit(model, { ...placement, host }, service, earlier).length === 0);
          return better === undefined
            ? []
            : [
                `${placement.container} is on ${placement.host} with ${count(placement.host)} of its service, ${better} has ${count(better)}`,
              ];
        }),
};

type Judge = (placement: Placement, service: Service, earlier: readonly Placement[]) => readonly string[];

const eachPlacement = (model: Model, data: Placed, judge: Judge): readonly string[] => {
  const service = stackIn(model, data.stack).versions.get(data.version)?.manifest.services[data.service];
  if (!service) return [`${data.service} of version ${data.version} of ${data.stack} is placed, and no such service was asked for`];
  return data.placements.flatMap((placement, index) => judge(placement, service, data.placements.slice(0, index)));
};

const closed = ({ isLost, isSuspected, isCordoned }: HostModel): readonly string[] => [
  ...(isLost ? ['lost'] : isSuspected ? ['silent'] : []),
  ...(isCordoned ? ['cordoned'] : []),
];

const unfit = (model: Model, { container, host: id }: Placement, service: Service, earlier: readonly Placement[]): readonly string[] => {
  const host = model.hosts.get(id);
  if (!host) return [`${container} is placed on ${id}, which never joined`];
  const tags = tagsOf(model, host);
  const missing = service.tags.filter((tag) => !tags.includes(tag));
  const here = earlier.filter((other) => other.host === id).length + 1;
  const isOver = (key: 'milliCpus' | 'memoryBytes'): boolean =>
    used(model, host, key) + here * (service.resources[key] ?? 0) > host.capacity[key];
  return [
    ...closed(host).map((why) => `${container} is placed on ${id}, which is ${why}`),
    ...(missing.length === 0 ? [] : [`${container} is placed on ${id}, which misses the tags ${missing.join(', ')}`]),
    ...(['milliCpus', 'memoryBytes'] as const)
      .filter((key) => service.resources[key] !== null && isOver(key))
      .map((key) => `${container} is placed on ${id}, which has no room: ${key}`),
  ];
};

const used = (model: Model, { host }: HostModel, key: 'milliCpus' | 'memoryBytes'): number =>
  [...model.containers.values()]
    .filter((known) => known.host === host && !known.isReleased)
    .map((known) => model.stacks.get(known.stack)?.versions.get(known.version)?.manifest.services[known.service]?.resources[key] ?? 0)
    .reduce((sum, claim) => sum + claim, 0);
