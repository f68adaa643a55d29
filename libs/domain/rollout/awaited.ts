import { compareGenerations, type EventData, type Generation, isAtLeast } from '#libs/contracts';
import {
  type ContainerState,
  containersOf,
  type DraftState,
  isInService,
  isStaying,
  liveHosts,
  liveProxies,
  replicasOf,
  routedServices,
  type StackState,
  type World,
} from '#libs/domain/stack';
import type { Rollout } from './step.ts';

/** What a running deployment still waits for before it may be promoted, and in which of its steps. */
export interface Awaited {
  readonly step: EventData<'DeployFailed'>['step'];
  /** Ends the sentence "waited for …". */
  readonly what: string;
  readonly fix: string;
}

/** Null when everything is ready for the promotion. */
export const awaitedBy = (world: World, state: StackState, rollout: Rollout): Awaited | null =>
  awaitedPlacement(state, rollout) ??
  awaitedHealth(world, state, rollout) ??
  awaitedDoors(world, state, rollout) ??
  awaitedNames(world, state, rollout);

/** Those that the deployment counts on: one that was lost with its host is replaced. */
export const containersOfRollout = (state: StackState, { deployment }: Rollout): readonly ContainerState[] =>
  containersOf(state).filter((container) => container.deployment === deployment.deployment && isStaying(container));

const awaitedPlacement = (state: StackState, { deployment, version }: Rollout): Awaited | null => {
  const missing = servicesOf(version).filter((name) => deployment.placed[name] !== 'placed' && replicasOf(state, version, name) > 0);
  if (missing.length === 0) return null;
  const isDelayed = missing.some((name) => deployment.placed[name] === 'delayed');
  return {
    step: 'place',
    what: `a host for ${missing.join(', ')}${isDelayed ? ', whose room leaving containers still hold' : ''}`,
    fix: isDelayed ? 'add a host, or shorten x-berth.drain_timeout' : 'see that the scheduler runs',
  };
};

/** Who waits for a thousand is not helped by all their names. */
const NAMED = 10;

const awaitedHealth = (world: World, state: StackState, rollout: Rollout): Awaited | null => {
  const containers = containersOfRollout(state, rollout);
  // The loss of a host is known before that of its containers is told.
  const isHostLost = ({ host }: ContainerState): boolean => world.hosts.get(host)?.life === 'lost';
  const waiting = containers.filter((container) => !isInService(container) || isHostLost(container));
  if (waiting.length > 0) {
    const names = waiting.slice(0, NAMED).map(({ container, status }) => `${container} (${status === 'placed' ? 'not started' : status})`);
    const others = waiting.length > NAMED ? ` and ${waiting.length - NAMED} others` : '';
    return {
      step: 'start',
      what: `the health of ${names.join(', ')}${others}`,
      fix: 'see why they take so long to become healthy, or raise x-berth.deadline',
    };
  }
  const short = servicesOf(rollout.version).filter(
    (name) => inService(state, rollout, name).length < replicasOf(state, rollout.version, name),
  );
  return short.length === 0 ? null : { step: 'start', what: `all containers of ${short.join(', ')}`, fix: 'see that the scheduler runs' };
};

const awaitedDoors = (world: World, state: StackState, rollout: Rollout): Awaited | null => {
  const routed = routedServices(rollout.version.manifest);
  if (routed.length === 0) return null;
  const proxies = liveProxies(world);
  if (proxies.length === 0)
    return { step: 'prepare', what: 'a host with a proxy, for the doors', fix: 'join a host that runs Nginx, or remove x-berth.ports' };
  const draft = draftOf(state, rollout);
  if (draft === null || !covers(draft, state, rollout, routed))
    return {
      step: 'prepare',
      what: 'a draft of the doors that names every healthy container',
      fix: 'see that the proxy-configurator runs',
    };
  const missing = proxies.filter(({ host }) => draft.prepared.get(host) === undefined).map(({ host }) => host);
  if (missing.length === 0) return null;
  return { step: 'prepare', what: `the proxy of ${missing.join(', ')} to prepare the doors`, fix: 'see that agent and Nginx run there' };
};

const awaitedNames = (world: World, state: StackState, rollout: Rollout): Awaited | null => {
  const containers = containersOfRollout(state, rollout);
  const wanted = containers.flatMap(({ healthyAt }) => healthyAt ?? []).reduce<Generation | null>(newer, null);
  const holders = new Set(containers.map(({ host }) => host));
  const missing = liveHosts(world)
    .map(({ host }) => host)
    .filter((host) => holders.has(host) && wanted !== null && !isAtLeast(state.namesServed.get(host)?.generation, wanted));
  if (missing.length === 0) return null;
  return {
    step: 'prepare',
    what: `the names of ${missing.join(', ')} to hold the new containers`,
    fix: 'see that agent and resolver run there',
  };
};

export const draftOf = (state: StackState, { deployment }: Rollout): DraftState | null =>
  (deployment.draft === null ? undefined : state.drafts[deployment.draft]) ?? null;

/** Every routed service has its servers, and each server leads to exactly the containers in service, where they are now. */
const covers = (draft: DraftState, state: StackState, rollout: Rollout, routed: readonly string[]): boolean =>
  routed.every((name) => draft.servers.some((server) => server.service === name)) &&
  draft.servers.every((server) => {
    const drawn = (draft.endpoints[server.key] ?? []).map(({ container, address }) => `${container} ${address}`);
    const wanted = inService(state, rollout, server.service).map(({ container, address }) => `${container} ${address}`);
    return drawn.sort().join() === wanted.sort().join();
  });

const inService = (state: StackState, rollout: Rollout, service: string): readonly ContainerState[] =>
  containersOfRollout(state, rollout).filter((container) => container.service === service && isInService(container));

const servicesOf = ({ manifest }: Rollout['version']): readonly string[] => Object.keys(manifest.services).sort();

const newer = (a: Generation | null, b: Generation): Generation => (a !== null && compareGenerations(a, b) > 0 ? a : b);
