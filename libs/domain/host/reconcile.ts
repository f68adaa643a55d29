import { assertNever, type ContainerId, type ContainerSpec } from '#libs/contracts';
import type { Goal, ObservedContainer } from './observed.ts';
import type { Setback } from './setback.ts';

/** One call on the engine. Each may be repeated after a crash at any point. */
export type Step =
  /** Fetches the image where it is missing, takes an address and makes the container. */
  | { readonly do: 'create'; readonly container: ContainerId; readonly spec: ContainerSpec }
  | { readonly do: 'start'; readonly container: ContainerId; readonly spec: ContainerSpec }
  | { readonly do: 'stop'; readonly container: ContainerId; readonly graceMs: number }
  | { readonly do: 'remove'; readonly container: ContainerId };

export interface HostView {
  readonly goals: readonly Goal[];
  readonly observed: readonly ObservedContainer[];
  /** Steps that have begun and not ended. */
  readonly underWay: readonly Step[];
  readonly setbacks: ReadonlyMap<ContainerId, Setback>;
  /** Was it healthy in any of its runs? */
  readonly wasHealthy: (container: ContainerId) => boolean;
  readonly fingerprintOf: (spec: ContainerSpec) => string;
  /**
   * `shut`: nothing is begun that was never healthy here, since others may have it by now. `catching-up`: what must go stops before anything
   * else is begun.
   */
  readonly fence?: 'shut' | 'catching-up' | undefined;
  /** By the monotonic clock. */
  readonly now: number;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Plan again at this instant of the monotonic clock, though nothing may have happened. */
  readonly wakeAt: number | null;
}

/** More starts at once only delay the first healthy one. Stops mostly wait, and must not hold starts up. */
const AT_ONCE = 4;

/**
 * The next step of each container on its way to its goal, ordered by id. What fits needs none; a container of ours that no part
 * names is never touched.
 */
export const plan = (view: HostView): Plan => {
  const observed = new Map(view.observed.map((container) => [container.container, container]));
  const isUnderWay = new Set(view.underWay.map((step) => step.container));
  const waits: number[] = [];
  const due: Step[] = [];
  for (const goal of view.goals) {
    if (isUnderWay.has(goal.container)) continue;
    const step = nextStep(goal, observed.get(goal.container), view);
    if (step && makes(step) && isHeldBack(step, view)) continue;
    const retryAt = step && makes(step) ? (view.setbacks.get(goal.container)?.retryAt ?? 0) : 0;
    if (retryAt > view.now) waits.push(retryAt);
    else if (step) due.push(step);
  }
  return { steps: withinLimits(due, view.underWay), wakeAt: waits.length > 0 ? Math.min(...waits) : null };
};

/** Ours by its label, and made from what is wanted now. */
export const fits = (observed: ObservedContainer, spec: ContainerSpec, view: Pick<HostView, 'fingerprintOf'>): boolean =>
  observed.fingerprint === view.fingerprintOf(spec);

const nextStep = (goal: Goal, observed: ObservedContainer | undefined, view: HostView): Step | null => {
  if (observed?.state === 'leaving') return null;
  switch (goal.goal) {
    case 'gone':
      return observed ? stepToGone(goal.container, goal.stopGraceMs, observed) : null;
    case 'drain':
      return null;
    case 'run':
      return stepToRun(goal.spec, observed, view);
    default:
      return assertNever(goal);
  }
};

const stepToGone = (container: ContainerId, graceMs: number, { state }: ObservedContainer): Step =>
  state === 'running' ? { do: 'stop', container, graceMs } : { do: 'remove', container };

const stepToRun = (spec: ContainerSpec, observed: ObservedContainer | undefined, view: HostView): Step | null => {
  const { container } = spec;
  if (!observed) return { do: 'create', container, spec };
  // What runs is stopped by a retirement alone, even if it does not fit.
  if (observed.state === 'running') return null;
  if (!fits(observed, spec, view)) return { do: 'remove', container };
  if (observed.state === 'created') return { do: 'start', container, spec };
  // One that exited before it was ever healthy is the control plane's to judge.
  return view.wasHealthy(container) ? { do: 'start', container, spec } : null;
};

const isHeldBack = ({ container }: Step, { fence, wasHealthy, goals, observed }: HostView): boolean =>
  fence === 'shut' ? !wasHealthy(container) : fence === 'catching-up' && hasToStop({ goals, observed });

/** Something runs that shall be gone. */
export const hasToStop = ({ goals, observed }: Pick<HostView, 'goals' | 'observed'>): boolean => {
  const ending = new Set(goals.filter(({ goal }) => goal === 'gone').map(({ container }) => container));
  return observed.some(({ container, state }) => state === 'running' && ending.has(container));
};

const makes = (step: Step): boolean => step.do === 'create' || step.do === 'start';

const withinLimits = (due: readonly Step[], underWay: readonly Step[]): readonly Step[] => {
  const makingNow = underWay.filter(makes).length;
  const endingNow = underWay.length - makingNow;
  return [
    ...due.filter(makes).slice(0, Math.max(0, AT_ONCE - makingNow)),
    ...due.filter((step) => !makes(step)).slice(0, Math.max(0, AT_ONCE - endingNow)),
  ];
};
