import { type ContainerId, streams } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import { containersOf, liveHosts, type StackState, stackOf, versionsOf, type World } from '#libs/domain/stack';
import { type Decisions, theProducts } from '../model/decisions.ts';

export interface Planted {
  readonly bug: string;
  readonly decisions: Decisions;
  /** What is broken first, and the last thing that happened. */
  readonly breaks: string;
  readonly last: string;
}

/** The deployer as it would decide if the log said something else: most wrong decisions are right ones in a world that is not. */
const deployerSeeing = (seen: (state: StackState, world: World) => StackState): Decisions => ({
  ...theProducts,
  deployer: (world, stack, now) => {
    const state = world.stacks.get(stack);
    return theProducts.deployer(state ? { ...world, stacks: world.stacks.set(stack, seen(state, world)) } : world, stack, now);
  },
});

const hostsOf = (world: World) => liveHosts(world).map(({ host }) => host);

const onAll = (world: World) => OrderedMap.of(hostsOf(world).map((host) => [host, 0] as const));

/** As soon as a deployment runs, the version before is told to stop. */
const stopFirst: Decisions['deployer'] = (world, stack, now) => {
  const state = stackOf(world, stack);
  const old = containersOf(state).filter(({ deployment, retired }) => deployment !== state.running && retired === null);
  if (state.running === null || old.length === 0) return theProducts.deployer(world, stack, now);
  const data = {
    stack,
    containers: old.map(({ container }): ContainerId => container),
    reason: 'replaced' as const,
    waited: { ms: 0, drained: true },
  };
  const events = [{ stream: streams.stack(stack), type: 'ContainersRetired' as const, data }];
  return [{ events, expected: versionsOf(world, [streams.stack(stack)]), correlation: stack, causation: null }];
};

export const planted: readonly Planted[] = [
  {
    bug: 'promotes before the proxies have checked the doors',
    decisions: deployerSeeing((state, world) => ({
      ...state,
      drafts: Object.fromEntries(Object.entries(state.drafts).map(([id, draft]) => [id, { ...draft, prepared: onAll(world) }])),
    })),
    ...{ breaks: 'I2', last: 'VersionPromoted' },
  },
  {
    bug: 'promotes before hosts hold the new names',
    decisions: deployerSeeing((state, world) =>
      state.running === null
        ? state
        : {
            ...state,
            namesServed: hostsOf(world).reduce(
              (served, host) => served.set(host, { generation: state.names, at: 0, since: 0, firsts: [] }),
              state.namesServed,
            ),
          },
    ),
    ...{ breaks: 'I7', last: 'VersionPromoted' },
  },
  {
    bug: 'stops the old version before the new one is started',
    decisions: { ...theProducts, deployer: stopFirst },
    ...{ breaks: 'I6', last: 'ContainersRetired' },
  },
  {
    bug: 'calls a container drained that still answers a request',
    decisions: deployerSeeing((state, world) => ({
      ...state,
      containers: containersOf(state).reduce(
        (all, each) => (each.leaving ? all.set(each.container, { ...each, drainedBy: onAll(world), drainedAt: 0 }) : all),
        state.containers,
      ),
    })),
    ...{ breaks: 'I6', last: 'ContainersRetired' },
  },
  {
    bug: 'retires all services of a version in one wave',
    decisions: deployerSeeing((state) => ({
      ...state,
      versions: Object.fromEntries(
        Object.entries(state.versions).map(([number, version]) => [
          number,
          {
            ...version,
            manifest: {
              ...version.manifest,
              services: Object.fromEntries(
                Object.entries(version.manifest.services).map(([name, service]) => [name, { ...service, dependsOn: [], ports: [] }]),
              ),
            },
          },
        ]),
      ) as StackState['versions'],
    })),
    ...{ breaks: 'I7', last: 'takes its names' },
  },
];
