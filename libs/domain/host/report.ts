import type { ContainerId, ReportedContainer } from '#libs/contracts';
import type { Goal, ObservedContainer } from './observed.ts';
import type { Setback } from './setback.ts';

/** What the host knows of a container beside what the engine shows. */
export interface Findings {
  /** By the probe of this run, where the engine has no health check; with what it said last. */
  readonly probe: { readonly by: 'port' | 'running'; readonly isHealthy: boolean; readonly message: string };
  readonly setback: Setback | undefined;
  readonly output: string | null;
  /** A step on its way to its goal, or to one before, has begun and not ended: it may yet bring the container about. */
  readonly isUnderWay: boolean;
  readonly isDrained: boolean;
  /** False: a container of this name runs, and was made from something else. */
  readonly fits: boolean;
}

export interface HostFindings {
  readonly goals: readonly Goal[];
  readonly observed: readonly ObservedContainer[];
  readonly findingsOf: (container: ContainerId) => Findings;
}

/** The level of every container that is wanted, going or ours: ordered by id. */
export const reportedContainers = ({ goals, observed, findingsOf }: HostFindings): readonly ReportedContainer[] => {
  const seen = new Map(observed.map((container) => [container.container, container]));
  const named = new Set(goals.map((goal) => goal.container));
  const orphans = observed.filter(({ container }) => !named.has(container)).map((container) => ofOrphan(container, findingsOf));
  return [...goals.map((goal) => ofGoal(goal, seen.get(goal.container), findingsOf(goal.container))), ...orphans].sort((a, b) =>
    a.container < b.container ? -1 : 1,
  );
};

const ofGoal = (goal: Goal, observed: ObservedContainer | undefined, findings: Findings): ReportedContainer => {
  const drained = goal.goal === 'drain' && (observed?.state !== 'running' || findings.isDrained);
  if (observed) return { ...ofObserved(observed, findings), drained };
  return { ...absent(goal, findings), drained };
};

const ofOrphan = (observed: ObservedContainer, findingsOf: HostFindings['findingsOf']): ReportedContainer => ({
  ...ofObserved(observed, findingsOf(observed.container)),
  message: 'no desired state names this container',
});

const absent = ({ goal, container, stack }: Goal, { setback, isUnderWay }: Findings): ReportedContainer => {
  const couldNotStart = setback !== undefined && setback.message !== '';
  const wanted = couldNotStart ? 'exited' : 'starting';
  return {
    ...{ container, stack, run: null, engineId: null, image: null, address: null, exitCode: null, oom: false, output: null },
    ...{ health: 'unknown', healthBy: 'running', drained: false },
    state: goal === 'gone' ? (isUnderWay ? 'starting' : 'gone') : goal === 'drain' ? 'exited' : wanted,
    message: setback?.message ?? '',
  };
};

const ofObserved = (observed: ObservedContainer, findings: Findings): ReportedContainer => {
  const { container, stack, run, engineId, image, address, oom } = observed;
  const hasExited = observed.state === 'exited';
  const failed = observed.state === 'created' && findings.setback !== undefined && findings.setback.message !== '';
  const health = healthOf(observed, findings);
  return {
    ...{ container, stack, run, engineId, image, address, oom },
    state: observed.state === 'running' ? 'running' : hasExited || failed ? 'exited' : 'starting',
    ...health,
    exitCode: hasExited ? observed.exitCode : health.health === 'unhealthy' ? (observed.check?.exitCode ?? null) : null,
    message: failed ? (findings.setback?.message ?? '') : health.message,
    output: hasExited || health.health === 'unhealthy' ? findings.output : null,
    drained: false,
  };
};

const healthOf = (observed: ObservedContainer, { probe, fits }: Findings): Pick<ReportedContainer, 'health' | 'healthBy' | 'message'> => {
  const healthBy = observed.check ? 'healthcheck' : probe.by;
  if (observed.state !== 'running') return { health: 'unknown', healthBy, message: '' };
  if (!fits) return { health: 'unhealthy', healthBy, message: 'it was made from another spec than the one that is wanted' };
  if (!observed.check) return { health: probe.isHealthy ? 'healthy' : 'unknown', healthBy, message: probe.isHealthy ? '' : probe.message };
  const { status, message } = observed.check;
  return { health: status === 'starting' ? 'unknown' : status, healthBy, message: status === 'healthy' ? '' : message };
};
