import { compareGenerations, type EventData, type Generation, type HostId, type StackName, streams } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { type ContainerState, containersOf, liveHosts, liveProxies, type StackState, stackOf, type World } from '#libs/domain/stack';
import { placementsOwed } from './placements.ts';
import { doorsOwed } from './routes.ts';

/**
 * What scheduler, proxy-configurator and healthy hosts would write next for a stack, as simple as the rules of the log
 * allow. Each event may come in any order; when nothing is owed the neighbours have done all they can.
 */
export const factsOwed = (world: World, stack: StackName): readonly Decided[] => {
  const state = stackOf(world, stack);
  const lives = containersOf(state).flatMap((container) => lifeOf(state, container));
  return [...placementsOwed(world, state), ...lives, ...doorsOwed(state), ...preparations(world, state), ...served(world, state)];
};

/** What may go wrong instead. */
export const troublesPossible = (world: World, stack: StackName): readonly Decided[] => {
  const state = stackOf(world, stack);
  const failures = containersOf(state)
    .filter(({ status, retired }) => status !== 'failed' && retired === null)
    .map((container) => failureOf(state, container));
  const refusals = unprepared(world, state).map(({ host, draft }): Decided => {
    const data = { stack, host, draft, words: 'nginx: [emerg] no such port' };
    return { stream: streams.host(host), type: 'ProxyRefused', data };
  });
  return [...failures, ...refusals];
};

const lifeOf = (state: StackState, container: ContainerState): readonly Decided[] => {
  const subject = { stack: state.stack, host: container.host, container: container.container };
  const stream = streams.host(container.host);
  if (container.retired !== null)
    return container.isGone
      ? [{ stream: streams.fleet, type: 'PlacementReleased', data: subject }]
      : [{ stream, type: 'ContainerStopped', data: subject }];
  const drained = container.leaving === null ? [] : drainedBy(state, container);
  if (container.status === 'placed' || container.status === 'failed')
    return [...drained, { stream, type: 'ContainerStarted', data: { ...subject, ...startOf(container) } }];
  if (container.status === 'started')
    return [...drained, { stream, type: 'ContainerHealthy', data: { ...subject, run: container.run ?? '', by: 'port' } }];
  return drained;
};

const startOf = ({ container, run }: ContainerState) => {
  const [a, b] = [...container].reduce(([x, y], letter) => [(x * 31 + letter.charCodeAt(0)) % 240, (y * 17 + x) % 240], [7, 3]);
  return { run: `${run ?? ''}r`, address: `10.64.${a}.${(b ?? 0) + 2}`, engineId: `engine-${container}`, image: 'sha256:1' };
};

const drainedBy = ({ stack, doorsServed, doors }: StackState, { container, host, drainedBy }: ContainerState): readonly Decided[] => {
  const hosts = new Set<HostId>([host, ...(doors === null ? [] : doorsServed.keys())]);
  return [...hosts]
    .filter((known) => drainedBy.get(known) === undefined)
    .map((known) => ({
      stream: streams.host(known),
      type: 'ContainersDrained',
      data: { stack, host: known, containers: [container] },
    }));
};

const failureOf = ({ stack }: StackState, { container, host, run }: ContainerState): Decided => {
  const why: EventData<'ContainerFailed'> = {
    ...{ stack, host, container, run, reason: 'exited', exitCode: 3, oom: false, message: '', output: null },
  };
  return { stream: streams.host(host), type: 'ContainerFailed', data: why };
};

const unprepared = (world: World, state: StackState) =>
  Object.values(state.drafts).flatMap(({ draft, prepared, refused }) =>
    liveProxies(world)
      .filter(({ host }) => prepared.get(host) === undefined && refused.get(host) === undefined)
      .map(({ host }) => ({ host, draft })),
  );

const preparations = (world: World, state: StackState): readonly Decided[] =>
  unprepared(world, state).map(({ host, draft }) => ({
    stream: streams.host(host),
    type: 'ProxyPrepared',
    data: { stack: state.stack, host, draft },
  }));

const served = (world: World, state: StackState): readonly Decided[] => [
  ...liveHosts(world)
    .filter(({ host }) => isOlder(state.namesServed.get(host)?.generation, state.names))
    .map(({ host }): Decided => {
      return { stream: streams.host(host), type: 'NamesServed', data: { stack: state.stack, host, generation: state.names } };
    }),
  ...liveProxies(world).flatMap(({ host }): Decided[] => {
    const generation = state.doors?.generation;
    if (!generation || !isOlder(state.doorsServed.get(host)?.generation, generation)) return [];
    return [{ stream: streams.host(host), type: 'DoorsServed', data: { stack: state.stack, host, generation, since: world.position } }];
  }),
];

const isOlder = (have: Generation | undefined, wanted: Generation): boolean => have === undefined || compareGenerations(have, wanted) < 0;
