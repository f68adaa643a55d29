import { type Instant, type Server, type StackName, type StreamName, streams } from '#libs/contracts';
import type { Decided, Decision } from '../decision.ts';
import {
  claimedBy,
  containersOf,
  type DeploymentState,
  isInService,
  isStaying,
  replicasOf,
  routedServices,
  type StackState,
  stackOf,
  type VersionState,
  versionsOf,
  type World,
} from '../stack/index.ts';
import { collisionOf, faultOf, mappingOf } from './claims.ts';
import { areSameEndpoints, endpointsOf, serversOf } from './draw.ts';

/**
 * What the stream `doors/<stack>` lacks: live doors that name today's containers, else the draft of a deployment that is
 * ready to be prepared. One at a time, for both stand on the version of the same stream.
 */
export const doorsDue = (world: World, stack: StackName, _now: Instant): readonly Decision[] => {
  const state = stackOf(world, stack);
  const decision = liveDue(world, state) ?? draftDue(world, state);
  return decision ? [decision] : [];
};

/**
 * A container of the promoted version failed, came back or leaves. With none left that runs the doors are drawn empty: an honest 503 at once
 * is better than waiting for a dead address, which another stack's container may have by the time it answers.
 */
const liveDue = (world: World, state: StackState): Decision | null => {
  const { doors, promoted, stack } = state;
  if (doors === null || promoted === null || doors.version !== promoted) return null;
  const endpoints = endpointsOf(
    doors.servers,
    containersOf(state).filter((container) => container.version === promoted),
  );
  const version = state.versions[promoted];
  if (!version || areSameEndpoints(endpoints, doors.endpoints)) return null;
  return decide(world, state, version.deployment, [streams.doors(stack), streams.stack(stack)], {
    stream: streams.doors(stack),
    type: 'DoorsDrawn',
    data: { stack, mode: 'live', deployment: null, version: promoted, servers: [...doors.servers], endpoints: mutable(endpoints) },
  });
};

/** Drawn again when a container came back at another address before the promotion: the draft before is forgotten. */
const draftDue = (world: World, state: StackState): Decision | null => {
  const { stack } = state;
  const deployment = state.running === null ? undefined : state.deployments[state.running];
  const version = deployment && state.versions[deployment.version];
  if (!version || deployment.doorsRefused !== null || !isReady(state, deployment, version)) return null;
  const servers = serversOf(stack, version.manifest);
  const endpoints = endpointsOf(servers, ofDeployment(state, deployment));
  const drawn = deployment.draft === null ? undefined : state.drafts[deployment.draft];
  if (drawn && areSameEndpoints(drawn.endpoints, endpoints)) return null;
  const refusal = faultOf(version.manifest, servers) ?? collisionOf(world, stack, servers) ?? mappingOf(world, servers);
  const subject = { stack, deployment: deployment.deployment };
  const doors = { version: version.version, servers: [...servers], endpoints: mutable(endpoints) };
  const stream = streams.doors(stack);
  const event: Decided = refusal
    ? { stream, type: 'DoorsRefused', data: { ...subject, ...refusal } }
    : { stream, type: 'DoorsDrawn', data: { ...subject, ...doors, mode: 'draft' } };
  return decide(world, state, deployment.deployment, [stream, streams.stack(stack), ...rivals(world, stack, servers)], event);
};

/** All its containers are placed and in service, and somebody outside shall reach one of them. */
const isReady = (state: StackState, deployment: DeploymentState, version: VersionState): boolean => {
  const { manifest } = version;
  const containers = ofDeployment(state, deployment).filter(isStaying);
  const isPlaced = (name: string): boolean =>
    deployment.placed[name] === 'placed' &&
    containers.filter((container) => container.service === name).length >= replicasOf(state, version, name);
  return routedServices(manifest).length > 0 && Object.keys(manifest.services).every(isPlaced) && containers.every(isInService);
};

const ofDeployment = (state: StackState, { deployment }: DeploymentState) =>
  containersOf(state).filter((container) => container.deployment === deployment);

/**
 * The doors of stacks that use, or are about to ask for, one of these ports: two that draw the same door at the same time must not
 * both succeed.
 */
const rivals = (world: World, stack: StackName, servers: readonly Server[]): readonly StreamName[] => {
  const ports = new Set(servers.map((server) => server.port));
  return world.stacks
    .values()
    .filter((other) => other.stack !== stack && [...claimedBy(other), ...wanted(other)].some((server) => ports.has(server.port)))
    .map((other) => streams.doors(other.stack));
};

const wanted = (state: StackState): readonly Server[] => {
  const version = state.running === null ? undefined : state.versions[state.deployments[state.running]?.version ?? 0];
  return version ? serversOf(state.stack, version.manifest) : [];
};

const decide = (world: World, state: StackState, correlation: string, stand: readonly StreamName[], event: Decided): Decision => ({
  events: [event],
  expected: versionsOf(world, stand),
  correlation,
  causation: state.last?.id ?? null,
});

/** Event data is typed as it is parsed: with plain arrays. */
const mutable = <T>(record: Readonly<Record<string, readonly T[]>>): Record<string, T[]> =>
  Object.fromEntries(Object.entries(record).map(([key, list]) => [key, [...list]]));
