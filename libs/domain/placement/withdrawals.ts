import { type ContainerId, type EventData, type ServiceName, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { type ContainerState, isInService, replicasOf, type StackState, type World } from '../stack/index.ts';
import { Crowd } from './crowd.ts';
import { type Kept, keptVersions, mustLeave, slotsOf } from './slots.ts';

type Withdrawal = EventData<'PlacementsWithdrawn'>;

/** Containers that are too many, or whose replacement is in service. They run on until the deployer has seen them off. */
export const withdrawalsDue = (world: World, state: StackState): readonly Decided[] =>
  keptVersions(state).flatMap((kept) =>
    (Object.keys(kept.version.manifest.services) as ServiceName[])
      .sort()
      .flatMap((name) => [...replaced(world, state, kept, name), ...surplus(world, state, kept, name)])
      .map((data) => ({ stream: streams.fleet, type: 'PlacementsWithdrawn', data })),
  );

/** The newest of a slot is in service: the older ones go. One that a host has by itself goes when others of its service stay. */
const replaced = (world: World, state: StackState, kept: Kept, name: ServiceName): readonly Withdrawal[] => {
  const slots = [...slotsOf(state, kept, name).values()];
  const isEverywhere = kept.version.manifest.services[name]?.strategy === 'EVERY_NODE';
  const moved = slots.filter((slot) => slot.length > 1 && slot.at(-1) && isInService(slot.at(-1) as ContainerState));
  const older = moved.flatMap((slot) => slot.slice(0, -1));
  const isShared = isEverywhere && slots.flat().some((known) => !mustLeave(world, known) && isInService(known));
  const dismissed = isShared ? slots.flat().filter((known) => mustLeave(world, known)) : [];
  const [drained, rebalanced] = partition([...older, ...dismissed], (known) => mustLeave(world, known));
  return [
    ...said(state, 'drained', drained, 'its host shall be empty'),
    ...said(state, 'rebalanced', rebalanced, 'its replacement is in service'),
  ];
};

/** Taken from the host that has most of the service, in the order of placing turned round, until as many are left as there shall be. */
const surplus = (world: World, state: StackState, kept: Kept, name: ServiceName): readonly Withdrawal[] => {
  if (kept.version.manifest.services[name]?.strategy === 'EVERY_NODE') return [];
  const slots = new Map(slotsOf(state, kept, name));
  const wanted = replicasOf(state, kept.version, name);
  if (slots.size <= wanted) return [];
  const crowd = new Crowd(world, state, kept, name);
  const gone: ContainerState[] = [];
  while (slots.size > wanted) {
    const victim = [...slots.values()].flat().reduce((most, other) => (crowd.isTakenBefore(other, most) ? other : most));
    const leaving = slots.get(victim.slot) ?? [];
    for (const { host } of leaving) crowd.less(host);
    gone.push(...leaving);
    slots.delete(victim.slot);
  }
  return said(state, 'scaled-down', gone, `${name} shall have ${wanted}; taken from where most of them are`);
};

const said = (
  { stack }: StackState,
  why: Withdrawal['why'],
  containers: readonly ContainerState[],
  reason: string,
): readonly Withdrawal[] => {
  const ids: ContainerId[] = containers.map(({ container }) => container);
  return ids.length === 0 ? [] : [{ stack, containers: ids, why, reason }];
};

const partition = <T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] => [
  all.filter(test),
  all.filter((one) => !test(one)),
];
