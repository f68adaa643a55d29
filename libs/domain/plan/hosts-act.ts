import { type Generation, type HostId, isAtLeast, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { type ContainerState, containersOf, liveHosts, liveProxies, type StackState, type World } from '../stack/index.ts';

/**
 * What hosts would report next of a stack if each did what it shall and everything went well: containers start and become healthy, proxies
 * prepare and serve, resolvers answer, nobody holds on to what leaves. Nothing when they have done all they can. Pure.
 */
export const hostsAct = (world: World, state: StackState): readonly Decided[] => {
  const lives = containersOf(state).flatMap((container, index) => lifeOf(world, state, container, addressOf(world.position + index)));
  if (lives.length > 0) return lives;
  return [...prepared(world, state), ...served(world, state)];
};

const lifeOf = (world: World, state: StackState, container: ContainerState, address: string): readonly Decided[] => {
  const { host } = container;
  const stream = streams.host(host);
  const subject = { stack: state.stack, host, container: container.container };
  // What a lost host does, nobody hears.
  if (container.lostAt !== null || !world.hosts.get(host)) return [];
  if (container.retired !== null) return container.isGone ? [] : [{ stream, type: 'ContainerStopped', data: subject }];
  if (container.leaving !== null) return drained(world, state, container);
  if (container.status === 'healthy' && !container.isGone) return [];
  if (container.status === 'started' && !container.isGone)
    return [{ stream, type: 'ContainerHealthy', data: { ...subject, run: container.run ?? RUN, by: 'port' } }];
  const begun = { run: RUN, address, engineId: 'planned', image: 'planned' };
  return [{ stream, type: 'ContainerStarted', data: { ...subject, ...begun } }];
};

const RUN = 'planned';

/** One that no host can have: the range is reserved (RFC 6890). */
const addressOf = (position: number): string => `0.${(position >> 16) & 255}.${(position >> 8) & 255}.${position & 255}`;

const drained = (world: World, { stack, doors }: StackState, { container, host, drainedBy }: ContainerState): readonly Decided[] => {
  const hosts = new Set<HostId>([host, ...(doors === null ? [] : liveProxies(world).map((known) => known.host))]);
  return [...hosts]
    .filter((known) => drainedBy.get(known) === undefined)
    .map((known) => ({ stream: streams.host(known), type: 'ContainersDrained', data: { stack, host: known, containers: [container] } }));
};

const prepared = (world: World, { stack, drafts }: StackState): readonly Decided[] =>
  Object.values(drafts).flatMap((draft) =>
    liveProxies(world)
      .filter(({ host }) => draft.prepared.get(host) === undefined && draft.refused.get(host) === undefined)
      .map(({ host }): Decided => ({ stream: streams.host(host), type: 'ProxyPrepared', data: { stack, host, draft: draft.draft } })),
  );

const served = (world: World, { stack, names, namesServed, doors, doorsServed }: StackState): readonly Decided[] => [
  ...liveHosts(world)
    .filter(({ host }) => !isAtLeast(namesServed.get(host)?.generation, names))
    .map(({ host }): Decided => ({ stream: streams.host(host), type: 'NamesServed', data: { stack, host, generation: names } })),
  ...(doors === null ? [] : liveProxies(world))
    .filter(({ host }) => !isAtLeast(doorsServed.get(host)?.generation, doors?.generation as Generation))
    .map(({ host }): Decided => {
      const generation = doors?.generation as Generation;
      return { stream: streams.host(host), type: 'DoorsServed', data: { stack, host, generation, since: world.position } };
    }),
];
