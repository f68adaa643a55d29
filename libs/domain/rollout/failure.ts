import { type EventData, type FailureCause, type HostId, streams } from '#libs/contracts';
import { type ContainerState, containersOf, liveProxies, type StackState, type World } from '#libs/domain/stack';
import type { Decided } from '../decision.ts';
import { leftOut } from '../placement/index.ts';
import { type Awaited, awaitedBy, containersOfRollout, draftOf } from './awaited.ts';
import { endOfWork, LISTENED } from './listening.ts';
import { decision, type Moment, type Rollout, runningOf, type Step, wake } from './step.ts';

interface Failure {
  readonly step: EventData<'DeployFailed'>['step'];
  readonly cause: FailureCause;
}

/** The running deployment can't succeed: it ends with its cause, and all its containers go. Nothing that serves is touched. */
export const failure: Step = (moment) => {
  const rollout = runningOf(moment.state);
  if (!rollout) return [];
  const { deployment, version } = rollout;
  const found =
    placement(rollout) ?? container(moment.state, rollout) ?? doors(rollout) ?? proxy(moment, rollout) ?? deadline(moment, rollout);
  if (found) return [decision(moment, deployment.deployment, failed(moment.state, rollout, found), [LISTENED])];
  const end = endOf(moment.world, rollout);
  return end > moment.now ? [wake(moment, version.deployment, end)] : [];
};

const failed = (state: StackState, rollout: Rollout, found: Failure): readonly Decided[] => {
  const { stack } = state;
  const { deployment, version } = rollout.deployment;
  const gone = containersOf(state).filter((container) => container.deployment === deployment && container.retired === null);
  const event: Decided = { stream: streams.stack(stack), type: 'DeployFailed', data: { stack, deployment, version, ...found } };
  return gone.length === 0 ? [event] : [event, dismissed(state, gone)];
};

/** They never served, so nobody has to be waited for. */
export const dismissed = ({ stack }: StackState, containers: readonly ContainerState[]): Decided => ({
  stream: streams.stack(stack),
  type: 'ContainersRetired',
  data: {
    stack,
    containers: containers.map((known) => known.container),
    reason: 'deployment-failed',
    waited: { ms: 0, drained: true },
  },
});

const cause = (kind: FailureCause['kind'], message: string, fix: string | null): FailureCause => ({
  kind,
  message,
  fix,
  container: null,
  exitCode: null,
  output: null,
});

const placement = ({ deployment: { placementFailure } }: Rollout): Failure | null => {
  if (!placementFailure) return null;
  const { service, excluded, fix, considered } = placementFailure;
  const isEachNamed = considered === undefined || considered.hosts <= excluded.length;
  const reasons = isEachNamed ? excluded.map(({ host, reason }) => `${host}: ${reason}`) : leftOut(considered);
  const because = reasons.join('; ') || 'no host has joined';
  return { step: 'place', cause: cause('placement', `no host will do for ${service} (${because})`, fix) };
};

/** The container that failed first. */
const container = (state: StackState, rollout: Rollout): Failure | null => {
  const [first] = containersOfRollout(state, rollout)
    .filter(({ status }) => status === 'failed')
    .sort((a, b) => a.since - b.since);
  if (!first?.failure) return null;
  const { exitCode, output } = first.failure;
  return {
    step: 'start',
    cause: { ...cause('container', howItFailed(first), fixOf(first)), container: first.container, exitCode, output },
  };
};

const howItFailed = ({ service, slot, failure }: ContainerState): string => {
  if (!failure) return `${service} slot ${slot} failed`;
  const code = failure.exitCode === null ? '' : ` with exit code ${failure.exitCode}`;
  const how = {
    exited: failure.oom ? `was killed for want of memory${code}` : `exited${code}`,
    unhealthy: `is unhealthy; its check ended${code || ' without an exit code'}`,
    'not-started': 'could not be started',
  }[failure.reason];
  return `${service} slot ${slot} ${how}${failure.message && failure.reason !== 'exited' ? `: ${failure.message}` : ''}`;
};

const fixOf = ({ service, failure }: ContainerState): string => {
  if (failure?.oom) return `raise the memory limit in deploy.resources of ${service}`;
  switch (failure?.reason) {
    case 'unhealthy':
      return `make the health check of ${service} pass, or give it more time by healthcheck.start_period`;
    case 'not-started':
      return `check image, command and entrypoint of ${service}`;
    default:
      return `read the container's last lines: its program must go on running`;
  }
};

const doors = ({ deployment: { doorsRefused } }: Rollout): Failure | null =>
  doorsRefused && { step: 'prepare', cause: cause('doors', doorsRefused.reason, doorsRefused.fix) };

const proxy = ({ world, state }: Moment, rollout: Rollout): Failure | null => {
  const refused = draftOf(state, rollout)?.refused;
  const host = proxiesOf(world).find((known) => refused?.get(known) !== undefined);
  if (host === undefined) return null;
  return { step: 'prepare', cause: cause('proxy', `the proxy of ${host} refuses the doors: ${refused?.get(host)}`, null) };
};

const proxiesOf = (world: World): readonly HostId[] => liveProxies(world).map(({ host }) => host);

/** A deployment for which nothing is missing is promoted, however late it is. */
const deadline = ({ world, state, now }: Moment, rollout: Rollout): Failure | null => {
  const awaited = now < endOf(world, rollout) ? null : awaitedBy(world, state, rollout);
  return awaited && { step: awaited.step, cause: late(rollout, awaited) };
};

const late = ({ version: { manifest } }: Rollout, { what, fix }: Awaited): FailureCause =>
  cause('deadline', `the deadline of ${manifest.deadlineMs / 1000} s passed; it waited for ${what}`, fix);

const endOf = (world: World, { deployment, version }: Rollout): number =>
  endOfWork(world, deployment.startedAt ?? 0, version.manifest.deadlineMs);
