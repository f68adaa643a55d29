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

/** I4: at the moment of each placement its host had all of the service's tags, the room and the ports, and the volumes of the slot. */
export const fittingHost: Rule = {
  invariant: 'I4',
  before: (event, model) =>
    event.type !== 'ContainersPlaced'
      ? []
      : eachPlacement(model, event.data, (placement, service, earlier) => [
          ...unfit(model, placement, service, earlier),
          ...strayed(model, event.data, placement, service),
        ]),
};

/** I5: no other fitting host was better by the service's strategy. Which of equals is taken, a log does not show. */
export const spreadHosts: Rule = {
  invariant: 'I5',
  before: (event, model) => {
    if (event.type !== 'ContainersPlaced') return [];
    const staying = [...model.containers.values()].filter((known) => isStaying(model, known));
    return eachPlacement(model, event.data, (placement, service, earlier) => {
      if (isAskedFor(model, placement) || pinOf(model, event.data, placement, service) !== null) return [];
      const score = scoreOf(model, event.data, service, staying, earlier);
      const own = score(placement.host);
      if (service.strategy === 'EVERY_NODE') return own === 0 ? [] : [`${placement.host} gets a second container of ${event.data.service}`];
      const better = [...model.hosts.keys()]
        .filter((host) => score(host) < own && !hasFailedOn(model, event.data, host))
        .find((host) => !model.hosts.get(host)?.isContested && unfit(model, { ...placement, host }, service, earlier).length === 0);
      return better === undefined
        ? []
        : [`${placement.container} is on ${placement.host} with ${own} of its service, ${better} has ${score(better)}`];
    });
  },
};

const isStaying = (model: Model, { stack, deployment, isReleased, isWithdrawn, isLost, isRetired, leaving }: ContainerModel): boolean =>
  !isReleased && !isWithdrawn && !isLost && !isRetired && leaving === null && !stackIn(model, stack).failed.has(deployment);

/** Its container shall move though its host keeps the others: a person named the host that gets it. */
const isAskedFor = (model: Model, { replaces }: Placement): boolean => {
  const before = replaces === undefined ? undefined : model.containers.get(replaces);
  const host = before && model.hosts.get(before.host);
  return before !== undefined && !before.isLost && host !== undefined && !host.isCordoned && !host.isLost;
};

/** A host on which the service fails often is passed over. */
const hasFailedOn = (model: Model, { stack, service }: Placed, host: HostId): boolean =>
  [...model.containers.values()].some(
    (known) => known.hasFailed && known.host === host && known.stack === stack && known.service === service,
  );

/** What the strategy counts, less is better: where a tag is spread over, first of all hosts with the same value. */
const scoreOf = (
  model: Model,
  data: Placed,
  service: Service,
  staying: readonly ContainerModel[],
  earlier: readonly Placement[],
): ((host: HostId) => number) => {
  const isOwn = (known: ContainerModel): boolean => known.deployment === data.deployment && known.service === data.service;
  const counted = service.strategy === 'EMPTIEST_NODE' ? staying : staying.filter(isOwn);
  const on = (host: HostId): number => [...counted, ...earlier].filter((known) => known.host === host).length;
  const { spread } = service;
  if (spread === null || spread === 'name' || service.strategy === 'EVERY_NODE') return on;
  const own = [...staying.filter(isOwn), ...earlier];
  const inValue = (value: string): number => own.filter(({ host }) => valueIn(model, host, spread) === value).length;
  return (host) => inValue(valueIn(model, host, spread)) * MORE_THAN_A_HOST_HAS + on(host);
};

const MORE_THAN_A_HOST_HAS = 1e6;

const valueIn = (model: Model, id: HostId, key: string): string => {
  const host = model.hosts.get(id);
  const tags = host ? [...tagsOf(model, host)].sort() : [];
  return tags.find((tag) => tag.startsWith(`${key}:`) || tag.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
};

/** The host on which the slot's container ran last, where it keeps volumes of its own there. */
const pinOf = (model: Model, { stack, service: name, version }: Placed, { slot }: Placement, service: Service): HostId | null => {
  const volumes = stackIn(model, stack).versions.get(version)?.manifest.volumes ?? {};
  if (service.strategy === 'EVERY_NODE' || !service.mounts.some(({ volume }) => volumes[volume]?.isExternal === false)) return null;
  const ran = [...model.containers.values()].filter(
    (known) => known.stack === stack && known.service === name && known.slot === slot && known.run !== null && hadVolumes(model, known),
  );
  const host = ran.at(-1)?.host;
  return host !== undefined && model.hosts.has(host) ? host : null;
};

const hadVolumes = (model: Model, { stack, service, version }: ContainerModel): boolean => {
  const manifest = stackIn(model, stack).versions.get(version)?.manifest;
  return manifest?.services[service]?.mounts.some(({ volume }) => manifest.volumes[volume]?.isExternal === false) ?? false;
};

const strayed = (model: Model, data: Placed, placement: Placement, service: Service): readonly string[] => {
  const pin = pinOf(model, data, placement, service);
  return pin === null || pin === placement.host ? [] : [`${placement.container} is placed on ${placement.host}, its volumes are on ${pin}`];
};

/** `byId`: the image of the service, where it is named by its id. */
type Asked = Service & { readonly byId: string | null };
type Judge = (placement: Placement, service: Asked, earlier: readonly Placement[]) => readonly string[];

const eachPlacement = (model: Model, data: Placed, judge: Judge): readonly string[] => {
  const version = stackIn(model, data.stack).versions.get(data.version);
  const service = version?.manifest.services[data.service];
  if (!version || !service)
    return [`${data.service} of version ${data.version} of ${data.stack} is placed, and no such service was asked for`];
  const image = version.images[data.service]?.digest ?? service.image;
  const asked = { ...service, byId: image.startsWith('sha256:') ? image : null };
  return data.placements.flatMap((placement, index) => judge(placement, asked, data.placements.slice(0, index)));
};

const closed = ({ isLost, isSuspected, isCordoned }: HostModel): readonly string[] => [
  ...(isLost ? ['lost'] : isSuspected ? ['silent'] : []),
  ...(isCordoned ? ['cordoned'] : []),
];

const unfit = (model: Model, { container, host: id }: Placement, service: Asked, earlier: readonly Placement[]): readonly string[] => {
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
    ...(service.byId === null || (host.images?.has(service.byId) ?? true)
      ? []
      : [`${container} is placed on ${id}, which lacks its image`]),
    ...(['milliCpus', 'memoryBytes'] as const)
      .filter((key) => service.resources[key] !== null && isOver(key))
      .map((key) => `${container} is placed on ${id}, which has no room: ${key}`),
    ...portsOf(service)
      .filter((port) => here > 1 || holdersOf(model, id, port) > 0)
      .map((port) => `${container} is placed on ${id}, whose ${port} is held`),
  ];
};

const portsOf = (service: Service | undefined): readonly string[] =>
  (service?.ports ?? []).flatMap(({ mapped }) => mapped.map(({ port, protocol }) => `${protocol} port ${port}`));

/** From the placement to its release. */
const holdersOf = (model: Model, host: HostId, port: string): number =>
  [...model.containers.values()].filter(
    (known) => known.host === host && !known.isReleased && portsOf(serviceOf(model, known)).includes(port),
  ).length;

const serviceOf = (model: Model, { stack, version, service }: ContainerModel): Service | undefined =>
  model.stacks.get(stack)?.versions.get(version)?.manifest.services[service];

const used = (model: Model, { host }: HostModel, key: 'milliCpus' | 'memoryBytes'): number =>
  [...model.containers.values()]
    .filter((known) => known.host === host && !known.isReleased)
    .map((known) => model.stacks.get(known.stack)?.versions.get(known.version)?.manifest.services[known.service]?.resources[key] ?? 0)
    .reduce((sum, claim) => sum + claim, 0);
