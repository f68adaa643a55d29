import type { EventData, Instant } from '#libs/contracts';
import { type ContainerModel, liveIn, type Model, namedBy, proxiesIn, type StackModel, servesWithout, stackIn } from './model.ts';
import type { Rule } from './rule.ts';

const NAME_TTL_MS = 1000;
/** Clocks of the log and of who decides may differ a little. */
const TOLERANCE_MS = 50;

/** I6: no container is told to stop while a proxy or a host may still send it new work. */
export const stopsUnused: Rule = {
  invariant: 'I6',
  before: (event, model) => {
    if (event.type !== 'ContainersRetired') return [];
    const stack = stackIn(model, event.data.stack);
    return event.data.containers.flatMap((id) => {
      const container = model.containers.get(id);
      if (!container) return [`${id} is told to stop and was never placed`];
      if (namedBy(stack.doors).includes(id)) return [`${id} is told to stop while live doors name it`];
      return event.data.reason === 'deployment-failed' ? ofFailed(stack, container) : ofLeaving(model, stack, container, event);
    });
  },
};

const ofFailed = (stack: StackModel, { container, version, hasServed }: ContainerModel): readonly string[] =>
  hasServed || stack.everPromoted.has(version) ? [`${container} is told to stop as of a failed deployment, but it served`] : [];

interface Stop {
  readonly at: Instant;
  readonly data: EventData<'ContainersRetired'>;
}

const ofLeaving = (model: Model, stack: StackModel, container: ContainerModel, { at, data }: Stop): readonly string[] => {
  const { leaving } = container;
  if (!leaving) return [`${container.container} is told to stop and did not leave doors and names before`];
  const found = stillFound(model, stack, container);
  if (found.length > 0) return found;
  const isWaitedFor = (host: string): boolean => liveIn(model).some((known) => known.host === host);
  const waits = [...container.unnamedAt, ...container.unroutedAt].filter(([host]) => isWaitedFor(host));
  const instants = [leaving.at, ...waits.map(([, instant]) => instant)];
  const early = at + TOLERANCE_MS < Math.max(...instants) + NAME_TTL_MS;
  return [
    ...(early ? [`${container.container} is told to stop within the time for which its name may be kept`] : []),
    ...waitedEnough(model, stack, container, at - leaving.at, data.waited.drained),
  ];
};

const stillFound = (model: Model, stack: StackModel, { container, leaving }: ContainerModel): readonly string[] => [
  ...proxiesIn(model)
    .filter(({ host }) => stack.doors !== null && !servesWithout(stack, host, container))
    .map(({ host }) => `${container} is told to stop while the proxy of ${host} may lead to it`),
  ...liveIn(model)
    .map(({ host }) => host)
    .filter((host) => (stack.namesServed.get(host)?.generation.position ?? 0) < (leaving?.position ?? 0))
    .map((host) => `${container} is told to stop while the names of ${host} may hold it`),
];

/** Who says that it was drained has the word of its host and of every proxy; who does not has waited as long as was asked. */
const waitedEnough = (model: Model, stack: StackModel, container: ContainerModel, waited: number, drained: boolean): readonly string[] => {
  if (container.hasFailed || container.run === null || container.isGone || container.isLost) return [];
  const hosts = [container.host, ...(stack.doors === null ? [] : proxiesIn(model).map(({ host }) => host))];
  const silent = hosts.filter((host) => !container.drainedBy.has(host));
  const timeout = stack.versions.get(container.version)?.manifest.drainTimeoutMs ?? 0;
  if (drained) return silent.length === 0 ? [] : [`${container.container} is called drained, and ${silent[0]} never said so`];
  return waited + TOLERANCE_MS < timeout ? [`${container.container} is told to stop undrained after ${waited} of ${timeout} ms`] : [];
};
