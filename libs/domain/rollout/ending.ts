import { type EventData, streams } from '#libs/contracts';
import { type ContainerState, containersOf } from '#libs/domain/stack';
import type { Decision } from '../decision.ts';
import { type End, endOfLeaving } from './leaving.ts';
import { LISTENED } from './listening.ts';
import { decision, type Moment, promotedOf, type Step, wake } from './step.ts';

type Ended = End & { readonly container: ContainerState };
type Reason = EventData<'ContainersRetired'>['reason'];

/** Leaving containers that nobody finds or uses any more are told to stop, each as soon as it may. */
export const ending: Step = (moment) => {
  const ends = containersOf(moment.state)
    .filter(({ leaving, retired }) => leaving !== null && retired === null)
    .flatMap((container) => endOf(moment, container));
  const now = ends.filter(({ at }) => at <= moment.now);
  const later = ends.filter(({ at }) => at > moment.now);
  return [...stopped(moment, now), ...later.map(({ at, container }) => wake(moment, byOf(moment, container), at))];
};

const endOf = ({ world, state }: Moment, container: ContainerState): readonly Ended[] => {
  const end = endOfLeaving(world, state, container, state.versions[container.version]?.manifest.drainTimeoutMs ?? 0);
  return end === null ? [] : [{ container, ...end }];
};

/** The deployment that makes it leave: the one that replaced its version, or its own where it was withdrawn. */
const byOf = ({ state }: Moment, container: ContainerState) =>
  container.withdrawn ? container.deployment : (promotedOf(state)?.deployment.deployment ?? container.deployment);

const stopped = (moment: Moment, ends: readonly Ended[]): readonly Decision[] => {
  const [first] = ends;
  if (!first) return [];
  const by = byOf(moment, first.container);
  const together = ends.filter(({ container }) => byOf(moment, container) === by);
  const groups = Map.groupBy(together, ({ container, drained }) => `${reasonOf(container)} ${drained}`);
  const events = [...groups.values()].map((group) => retired(moment, group));
  const { stack } = moment.state;
  return [decision(moment, by, events, [streams.doors(stack), streams.hosts, LISTENED])];
};

const retired = ({ state: { stack } }: Moment, group: readonly Ended[]) => ({
  stream: streams.stack(stack),
  type: 'ContainersRetired' as const,
  data: {
    stack,
    containers: group.map(({ container }) => container.container),
    reason: group.map(({ container }) => reasonOf(container))[0] ?? 'replaced',
    waited: { ms: Math.max(...group.map(waitedMs)), drained: group.every(({ drained }) => drained) },
  },
});

const reasonOf = ({ withdrawn }: ContainerState): Reason => withdrawn?.why ?? 'replaced';

const waitedMs = ({ at, container }: Ended): number => at - (container.leaving?.at ?? at);
