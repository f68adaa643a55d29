import { type HostId, type ReportedContainer, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { type ContainerState, isEnding, type StackState } from '../stack/index.ts';
import { type Fact, factOf } from './recorder-fact.ts';

/** What is new in the level of one container that was placed on this host. */
export const containerFacts = (state: StackState, known: ContainerState, seen: ReportedContainer): readonly Fact[] => {
  if (known.isGone) return [];
  // How a container ends that shall be gone is nobody's failure; that one that shall run is gone is drift, which its host mends.
  if (isEnding(state, known)) return seen.state === 'gone' ? [fact(state, known, stopped(state, known))] : [];
  const started = startedNow(state, known, seen);
  const failed = failedNow(state, known, seen);
  return [
    ...(started ? [fact(state, known, started)] : []),
    ...(isHealthyNow(known, seen, started !== null) ? [fact(state, known, healthy(state, known, seen))] : []),
    ...(failed ? [fact(state, known, failed, seen.output)] : []),
  ];
};

const fact = (state: StackState, known: ContainerState, event: Decided, output: string | null = null): Fact =>
  factOf(state, event, { correlation: known.deployment, output });

const subjectOf = (state: StackState, { host, container }: ContainerState) => ({ stack: state.stack, host, container });
const streamOf = (host: HostId) => streams.host(host);

const stopped = (state: StackState, known: ContainerState): Decided => ({
  ...{ stream: streamOf(known.host), type: 'ContainerStopped', data: subjectOf(state, known) },
});

/** Also of one that has ended since the last report: its start is a fact, too. */
const startedNow = (state: StackState, known: ContainerState, seen: ReportedContainer): Decided | null => {
  const { run, address, engineId, image } = seen;
  if (seen.state !== 'running' && seen.state !== 'exited') return null;
  if (run === null || address === null || engineId === null || image === null) return null;
  if (known.run === run && (known.address === address || seen.state === 'exited')) return null;
  const data = { ...subjectOf(state, known), run, address, engineId, image };
  return { stream: streamOf(known.host), type: 'ContainerStarted', data };
};

const isHealthyNow = (known: ContainerState, seen: ReportedContainer, isStartedNow: boolean): boolean =>
  seen.state === 'running' && seen.health === 'healthy' && (isStartedNow || (known.run === seen.run && known.status !== 'healthy'));

const healthy = (state: StackState, known: ContainerState, { run, healthBy }: ReportedContainer): Decided => ({
  ...{ stream: streamOf(known.host), type: 'ContainerHealthy' },
  data: { ...subjectOf(state, known), run: run ?? '', by: healthBy },
});

/** Each reason once per run; what could not be started has no run. */
const failedNow = (state: StackState, known: ContainerState, seen: ReportedContainer): Decided | null => {
  const reason = failureIn(known, seen);
  const { run, exitCode, oom } = seen;
  if (reason === null || (known.failure?.run === run && known.failure.reason === reason)) return null;
  const message = seen.message || wordsFor(reason, exitCode, oom);
  const data = { ...subjectOf(state, known), run, reason, exitCode, oom, message, output: null };
  return { stream: streamOf(known.host), type: 'ContainerFailed', data };
};

type Failure = 'exited' | 'unhealthy' | 'not-started';

const failureIn = ({ leaving }: ContainerState, { state, run, health, message }: ReportedContainer): Failure | null => {
  if (state === 'running') return health === 'unhealthy' ? 'unhealthy' : null;
  if (state === 'exited' && run !== null) return 'exited';
  // What is made and may not start yet has words, too: the state that its host was told does not name it while it waits.
  const couldNotStart = state === 'exited' && message !== '' && leaving === null;
  return couldNotStart ? 'not-started' : null;
};

const wordsFor = (reason: Failure, exitCode: number | null, oom: boolean): string => {
  if (reason !== 'exited') return reason === 'unhealthy' ? 'its health check fails' : 'it could not be started';
  return `it exited${exitCode === null ? '' : ` with code ${exitCode}`}${oom ? ', out of memory' : ''}`;
};
