import { type ContainerId, streams } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import { containersOf, liveHosts, type StackState, stackOf, versionsOf, type World } from '#libs/domain/stack';
import { type Decisions, theProducts } from '../model/decisions.ts';
import type { Limits, State } from '../model/state.ts';
import { beginning, switched } from '../scenario.ts';

export interface Planted {
  readonly bug: string;
  readonly decisions: Decisions;
  /** What must go wrong besides. */
  readonly limits: Limits;
  readonly from: () => State;
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

/** As if every host answered by the newest names. */
const withAllNames = (state: StackState, world: World): StackState => ({
  ...state,
  namesServed: hostsOf(world).reduce(
    (served, host) => served.set(host, { generation: state.names, at: 0, since: 0, firsts: [] }),
    state.namesServed,
  ),
});

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

const nothing: Limits = { faults: 0, ends: false };
const one: Limits = { faults: 1, ends: false };

export const planted: readonly Planted[] = [
  {
    bug: 'promotes before the proxies have checked the doors',
    decisions: deployerSeeing((state, world) => ({
      ...state,
      drafts: Object.fromEntries(Object.entries(state.drafts).map(([id, draft]) => [id, { ...draft, prepared: onAll(world) }])),
    })),
    ...{ limits: nothing, from: beginning },
    ...{ breaks: 'I2', last: 'VersionPromoted' },
  },
  {
    bug: 'promotes before hosts hold the new names',
    decisions: deployerSeeing((state, world) => (state.running === null ? state : withAllNames(state, world))),
    ...{ limits: nothing, from: beginning },
    ...{ breaks: 'I7', last: 'VersionPromoted' },
  },
  {
    bug: 'stops the old version before the new one is started',
    decisions: { ...theProducts, deployer: stopFirst },
    ...{ limits: nothing, from: beginning },
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
    ...{ limits: nothing, from: beginning },
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
    ...{ limits: nothing, from: beginning },
    ...{ breaks: 'I7', last: 'takes its names' },
  },
  {
    bug: 'takes what shall run as news though it is older than what is known',
    decisions: { ...theProducts, takeNews: (_, { asOf, parts }) => ({ asOf, parts: [...parts] }) },
    ...{ limits: one, from: beginning },
    ...{ breaks: 'I3', last: 'takes containers of before' },
  },
  {
    bug: 'takes a whole report that came late as the newest level',
    decisions: { ...theProducts, levelAfter: (_, report) => report },
    // Its host has to say something else meanwhile than it said before: a container ends and is started again.
    ...{ limits: { faults: 2, ends: true }, from: beginning },
    ...{ breaks: 'I12', last: 'a report of before' },
  },
  {
    bug: 'appends at any version of the streams what was decided long ago',
    decisions: { ...theProducts, accepts: () => true },
    ...{ limits: one, from: beginning },
    ...{ breaks: 'I1', last: 'deployer, which was frozen' },
  },
  {
    bug: 'stops the old version while the names of a host still hold it',
    decisions: deployerSeeing((state, world) => (state.running === null ? withAllNames(state, world) : state)),
    ...{ limits: one, from: switched },
    ...{ breaks: 'I6', last: 'ContainersRetired' },
  },
];
