import { type HostId, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { type ContainerState, containersOf, isEnding, type StackState, type World } from '../stack/index.ts';
import { type Kept, keptVersions, slotsOf } from './slots.ts';

/** What a lost host took with it, or brings back: one event a host. */
export const lossesDue = (world: World, state: StackState): readonly Decided[] => [...lost(world, state), ...found(world, state)];

const lost = (world: World, state: StackState): readonly Decided[] => {
  const gone = containersOf(state).filter(({ host, lostAt }) => lostAt === null && isLostHost(world, host));
  return [...Map.groupBy(gone, ({ host }) => host)].map(([host, containers]) => told('ContainersLost', state, host, containers));
};

const isLostHost = ({ room, hosts }: World, host: HostId): boolean => room.shut.get(host) !== undefined && hosts.get(host)?.life === 'lost';

/**
 * Of two containers for one slot the healthier stays, and where they are equal the original: the other one is withdrawn. Nothing leads to a
 * container that is back until this is decided.
 */
const found = (world: World, state: StackState): readonly Decided[] => {
  const back = containersOf(state).filter(
    (known) => known.lostAt !== null && known.withdrawn === null && !isEnding(state, known) && isBack(world, known),
  );
  const better = new Map(back.map((known) => [known, rivalsOf(state, known).filter((rival) => healthOf(rival) > healthOf(known))]));
  const staying = back.filter((known) => better.get(known)?.length === 0);
  return [
    ...[...Map.groupBy(staying, ({ host }) => host)].map(([host, containers]) => told('ContainersFound', state, host, containers)),
    ...withdrawn(
      state,
      'superseded',
      back.filter((known) => !staying.includes(known)),
      'its replacement is healthier',
    ),
    ...withdrawn(
      state,
      'found-again',
      staying.flatMap((known) => rivalsOf(state, known)),
      'the container that it replaced is back',
    ),
  ];
};

const isBack = (world: World, { host }: ContainerState): boolean => {
  const life = world.hosts.get(host)?.life;
  return life !== undefined && life !== 'lost';
};

/** Who holds its slot now. */
const rivalsOf = (state: StackState, { deployment, service, slot }: ContainerState): readonly ContainerState[] => {
  const kept = keptVersions(state).find((known: Kept) => known.deployment.deployment === deployment);
  return kept ? (slotsOf(state, kept, service).get(slot) ?? []) : [];
};

const healthOf = ({ status, isGone }: ContainerState): number => {
  if (isGone || status === 'failed') return 0;
  return status === 'healthy' ? 2 : 1;
};

const told = (
  type: 'ContainersLost' | 'ContainersFound',
  { stack }: StackState,
  host: HostId,
  containers: readonly ContainerState[],
): Decided => ({
  stream: streams.fleet,
  type,
  data: { stack, host, containers: containers.map(({ container }) => container) },
});

const withdrawn = (
  { stack }: StackState,
  why: 'superseded' | 'found-again',
  containers: readonly ContainerState[],
  reason: string,
): readonly Decided[] => {
  const ids = containers.map(({ container }) => container);
  return ids.length === 0 ? [] : [{ stream: streams.fleet, type: 'PlacementsWithdrawn', data: { stack, containers: ids, why, reason } }];
};
