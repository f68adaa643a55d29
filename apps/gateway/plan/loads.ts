import type { HostId, HostLoad, PlannedHost, StackName } from '#libs/contracts';
import { containersOf, isInService, replicasOf, stackOf, type World } from '#libs/domain/stack';

/** A host is near its end when so much of it is promised. */
const FULL = 0.9;

/** Hosts that would hold more or less than today. */
export const loadsOf = (before: World, after: World): readonly PlannedHost[] =>
  [...new Set([...before.room.held.keys(), ...after.room.held.keys()])].sort().flatMap((host) => {
    const loads = { before: loadOf(before, host), after: loadOf(after, host) };
    const { capacity = null } = after.hosts.get(host) ?? {};
    return JSON.stringify(loads.before) === JSON.stringify(loads.after) ? [] : [{ host, ...loads, capacity }];
  });

/** What a person should know before it becomes true. */
export const warningsOf = (before: World, after: World, stacks: readonly StackName[]): readonly string[] => [
  ...loadsOf(before, after).flatMap(fullText),
  ...stacks.flatMap((stack) => [
    ...lackText(after, stack),
    ...alone(after, stack).filter((words) => !alone(before, stack).includes(words)),
  ]),
];

const loadOf = ({ room }: World, host: HostId): HostLoad => {
  const { containers = 0, milliCpus = 0, memoryBytes = 0 } = room.held.get(host) ?? {};
  return { containers, milliCpus, memoryBytes };
};

const fullText = ({ host, before, after, capacity }: PlannedHost): readonly string[] => {
  if (capacity === null) return [];
  const share = (load: HostLoad, key: 'memoryBytes' | 'milliCpus'): number => load[key] / capacity[key];
  return (['memoryBytes', 'milliCpus'] as const)
    .filter((key) => share(after, key) >= FULL && share(after, key) > share(before, key))
    .map(
      (key) => `${host}: ${Math.round(share(after, key) * 100)} % of its ${key === 'memoryBytes' ? 'memory' : 'CPUs'} would be promised`,
    );
};

/** Of what serves: a service that does not get all its containers. */
const lackText = (world: World, stack: StackName): readonly string[] => {
  const state = stackOf(world, stack);
  const version = state.promoted === null ? undefined : state.versions[state.promoted];
  if (!version) return [];
  return Object.entries(version.manifest.services).flatMap(([name, { strategy }]) => {
    const wanted = strategy === 'EVERY_NODE' ? 0 : replicasOf(state, version, name);
    const there = containersOf(state).filter((known) => known.version === version.version && known.service === name && isInService(known));
    return there.length < wanted ? [`${name} of ${stack}: ${there.length} of ${wanted} containers would be in service`] : [];
  });
};

/** A service that one host would take with it. */
const alone = (world: World, stack: StackName): readonly string[] => {
  const state = stackOf(world, stack);
  const serving = containersOf(state).filter((known) => known.version === state.promoted && isInService(known));
  return [...Map.groupBy(serving, ({ service }) => service)].flatMap(([service, containers]) => {
    const [first, ...rest] = new Set(containers.map(({ host }) => host));
    const isAlone = containers.length > 1 && rest.length === 0 && world.hosts.size > 1;
    return isAlone ? [`${service} of ${stack}: all ${containers.length} containers would be on ${first}`] : [];
  });
};
