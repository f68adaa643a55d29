import type { HostId, Instant } from '#libs/contracts';
import { type ContainerState, firstServed, liveHosts, liveProxies, type StackState, type World } from '#libs/domain/stack';
import { endOfWork } from './listening.ts';

/** For how long an answer of the resolver may be used. */
export const NAME_TTL_MS = 1000;

export interface End {
  /** From this instant on the container may be told to stop. */
  readonly at: Instant;
  /** False when the drain timeout ended the wait. */
  readonly drained: boolean;
}

/**
 * When a leaving container may be told to stop, by what is known now; null while that is open. Nobody may find it any more:
 * this no timeout overrides. Then everybody must have ended what they began with it, for which the timeout gives a limit.
 */
export const endOfLeaving = (world: World, state: StackState, container: ContainerState, drainTimeoutMs: number): End | null => {
  if (container.leaving === null) return null;
  const foundUntil = lastFound(world, state, container, container.leaving);
  if (foundUntil === null) return null;
  if (!mayBeBusy(container)) return { at: foundUntil, drained: true };
  if (isDrained(world, state, container)) return { at: Math.max(foundUntil, container.drainedAt ?? 0), drained: true };
  return { at: Math.max(foundUntil, endOfWork(world, container.leaving.at, drainTimeoutMs)), drained: false };
};

/** The instant until which somebody may still come upon it; null while a proxy or a host leads to it. */
const lastFound = (
  world: World,
  state: StackState,
  { container }: ContainerState,
  leaving: NonNullable<ContainerState['leaving']>,
): Instant | null => {
  const { doors } = state;
  if (doors !== null && Object.values(doors.endpoints).some((list) => list.some((endpoint) => endpoint.container === container)))
    return null;
  const without = state.leaving.get(container)?.doors ?? doors?.generation ?? null;
  const byDoors = without === null ? [] : liveProxies(world).map(({ host }) => firstServed(state.doorsServed.get(host), without));
  const byNames = liveHosts(world).map(({ host }) => firstServed(state.namesServed.get(host), leaving.generation));
  const instants = [leaving.at, ...byDoors, ...byNames];
  return instants.includes(null) ? null : Math.max(...instants.map(Number)) + NAME_TTL_MS;
};

/** What does not run holds no request; an unhealthy one may. Whoever used one that was lost with its host has lost it too. */
const mayBeBusy = ({ status, failure, isGone, lostAt }: ContainerState): boolean =>
  !isGone && lostAt === null && status !== 'placed' && (status !== 'failed' || failure?.reason === 'unhealthy');

const isDrained = (world: World, state: StackState, container: ContainerState): boolean => {
  const proxies: readonly HostId[] = state.doors === null ? [] : liveProxies(world).map(({ host }) => host);
  return [...proxies, container.host].every((host) => container.drainedBy.get(host) !== undefined);
};
