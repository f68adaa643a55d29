import type { ContainerId, DeploymentId, HostId, Service, ServiceName, StackName } from '#libs/contracts';
import {
  type ContainerState,
  containersOf,
  type DeploymentState,
  type ImageById,
  imageByIdOf,
  isPinning,
  isSingleWriter,
  isStaying,
  liveHosts,
  replicasOf,
  type StackState,
  type VersionState,
  type World,
} from '../stack/index.ts';

/** A slot of a service that shall get a container. */
export interface OpenSlot {
  readonly slot: number;
  /** Counts the containers of the slot: the first is 1. */
  readonly replacement: number;
  /** In whose place it comes. */
  readonly replaces: ContainerId | null;
  /** The only host that will do: it was asked for, or every host has one. */
  readonly to: HostId | null;
  /** The host that holds the volumes of the slot: no other one will do. */
  readonly pinned: HostId | null;
}

/** What a service of a version lacks. */
export interface Wish {
  readonly stack: StackName;
  readonly deployment: DeploymentId;
  readonly version: number;
  readonly name: ServiceName;
  readonly service: Service;
  readonly image: ImageById | null;
  readonly open: readonly OpenSlot[];
}

/** A version that shall have its containers: the running deployment's, or the promoted one. */
export interface Kept {
  readonly deployment: DeploymentState;
  readonly version: VersionState;
}

/** The promoted version first: what serves goes before what comes. */
export const keptVersions = (state: StackState): readonly Kept[] => {
  const promoted = state.promoted === null ? undefined : state.versions[state.promoted]?.deployment;
  return [promoted, state.running].flatMap((id) => {
    const deployment = id ? state.deployments[id] : undefined;
    const version = deployment && state.versions[deployment.version];
    return deployment && version ? [{ deployment, version }] : [];
  });
};

/** What each service lacks, ordered by name. */
export const wishesOf = (world: World, state: StackState, kept: Kept): readonly Wish[] =>
  (Object.keys(kept.version.manifest.services) as ServiceName[]).sort().flatMap((name) => {
    const service = kept.version.manifest.services[name];
    if (!service) return [];
    const { deployment, version } = kept.deployment;
    const image = imageByIdOf(kept.version, name);
    return [{ stack: state.stack, deployment, version, name, service, image, open: openSlots(world, state, kept, name) }];
  });

/** The staying containers of a service, by slot; of two in a slot the newer one stands last. */
export const slotsOf = (state: StackState, { deployment }: Kept, name: string): ReadonlyMap<number, readonly ContainerState[]> => {
  const slots = new Map<number, ContainerState[]>();
  for (const known of containersOf(state)) {
    if (known.deployment !== deployment.deployment || known.service !== name || !isStaying(known)) continue;
    const slot = slots.get(known.slot);
    if (slot) slot.push(known);
    else slots.set(known.slot, [known]);
  }
  for (const slot of slots.values()) if (slot.length > 1) slot.sort((a, b) => numberOf(a) - numberOf(b));
  return slots;
};

/** Its host shall become empty. */
export const mustLeave = (world: World, { host }: ContainerState): boolean => {
  if (!world.room.shut.get(host)) return false;
  const why = world.hosts.get(host)?.cordon?.why;
  return why === 'drain' || why === 'reboot';
};

const openSlots = (world: World, state: StackState, kept: Kept, name: ServiceName): readonly OpenSlot[] => {
  const held = slotsOf(state, kept, name);
  if (kept.version.manifest.services[name]?.strategy === 'EVERY_NODE') return onEveryHost(world, kept, name, held);
  const missing = replicasOf(state, kept.version, name) - held.size;
  const slots = freeSlots(held, Math.max(0, missing));
  const lost = slots.length === 0 ? NOBODY : lostBySlot(state, kept, name);
  const empty = slots.map((slot) => ({
    ...opened(kept, name, slot, lost.get(slot) ?? null, null),
    pinned: writingOn(world, state, kept, name, lost.get(slot)),
  }));
  const open = [...empty, ...(missing < 0 ? [] : moving(world, state, kept, held))];
  return state.pinned[name] ? open.map((slot) => ({ ...slot, pinned: pinOf(world, state, kept, name, slot) ?? slot.pinned })) : open;
};

/** The silent host on which a single writer may still write, until a person says that the machine is off. */
const writingOn = (
  world: World,
  state: StackState,
  { version: { manifest } }: Kept,
  name: ServiceName,
  lost: ContainerId | undefined,
): HostId | null => {
  const service = manifest.services[name];
  const holder = lost && state.containers.get(lost);
  const host = holder && service && isSingleWriter(manifest, service) ? world.hosts.get(holder.host) : undefined;
  return host?.life === 'lost' && host.lostBy === 'silence' ? host.host : null;
};

const NOBODY: ReadonlyMap<number, ContainerId> = new Map();

/** A host that left the fleet took its volumes with it: then any host will do. */
const pinOf = (world: World, state: StackState, { version: { manifest } }: Kept, name: ServiceName, { slot }: OpenSlot): HostId | null => {
  const host = state.pinned[name]?.[slot - 1] ?? null;
  const service = manifest.services[name];
  return host !== null && service && isPinning(manifest, service) && world.hosts.get(host) ? host : null;
};

/** Slots whose only container shall go elsewhere. */
const moving = (world: World, state: StackState, kept: Kept, held: ReadonlyMap<number, readonly ContainerState[]>): readonly OpenSlot[] =>
  [...held.values()].flatMap((containers) => {
    const [holder, newer] = containers;
    if (!holder || newer) return [];
    const to = state.moves[holder.container] ?? null;
    return to !== null || mustLeave(world, holder) ? [opened(kept, holder.service, holder.slot, holder.container, to)] : [];
  });

const onEveryHost = (
  world: World,
  kept: Kept,
  name: ServiceName,
  held: ReadonlyMap<number, readonly ContainerState[]>,
): readonly OpenSlot[] => {
  const service = kept.version.manifest.services[name];
  const having = new Set([...held.values()].flat().map(({ host }) => host));
  const lacking = liveHosts(world).filter(
    ({ host, tags, cordon }) => !having.has(host) && cordon === null && service?.tags.every((tag) => tags.includes(tag)),
  );
  const slots = freeSlots(held, lacking.length);
  return lacking.map(({ host }, index) => opened(kept, name, slots[index] ?? 0, null, host));
};

const opened = ({ deployment }: Kept, name: ServiceName, slot: number, replaces: ContainerId | null, to: HostId | null): OpenSlot => ({
  slot,
  replacement: (deployment.given[name]?.[slot - 1] ?? 0) + 1,
  replaces,
  to,
  pinned: null,
});

/** The newest that was lost of each slot. */
const lostBySlot = (state: StackState, { deployment }: Kept, name: string): ReadonlyMap<number, ContainerId> =>
  new Map(
    containersOf(state)
      .filter((known) => known.lostAt !== null && known.deployment === deployment.deployment && known.service === name)
      .sort((a, b) => numberOf(a) - numberOf(b))
      .map(({ slot, container }) => [slot, container]),
  );

/** The lowest numbers that nobody holds. */
const freeSlots = (held: ReadonlyMap<number, unknown>, count: number): readonly number[] => {
  const free: number[] = [];
  for (let slot = 1; free.length < count; slot++) if (!held.has(slot)) free.push(slot);
  return free;
};

/** `…-3`: the third container of its slot. */
const numberOf = ({ container }: ContainerState): number => Number(container.slice(container.lastIndexOf('-') + 1));
