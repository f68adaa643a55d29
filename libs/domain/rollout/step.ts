import type { DeploymentId, Instant, StreamName } from '#libs/contracts';
import { streams } from '#libs/contracts';
import { type DeploymentState, type StackState, type VersionState, versionsOf, type World } from '#libs/domain/stack';
import type { Decided, Decision } from '../decision.ts';

export interface Moment {
  readonly world: World;
  readonly state: StackState;
  readonly now: Instant;
}

/** What one rule of the rollout finds due: decisions to append, and decisions without events that only ask to be woken. */
export type Step = (moment: Moment) => readonly Decision[];

/** A decision on the stack's own stream; `alsoRead` names further streams on which it stands. */
export const decision = (
  { world, state }: Moment,
  correlation: DeploymentId,
  events: readonly Decided[],
  alsoRead: readonly StreamName[] = [],
): Decision => ({
  events,
  expected: versionsOf(world, [streams.stack(state.stack), ...alsoRead]),
  correlation,
  causation: state.last?.id ?? null,
});

export const wake = ({ state }: Moment, correlation: DeploymentId, wakeAt: Instant): Decision => ({
  events: [],
  expected: {},
  correlation,
  causation: state.last?.id ?? null,
  wakeAt,
});

export interface Rollout {
  readonly deployment: DeploymentState;
  readonly version: VersionState;
}

export const runningOf = (state: StackState): Rollout | null => {
  const deployment = state.running === null ? undefined : state.deployments[state.running];
  return deployment ? rolloutOf(state, deployment) : null;
};

export const promotedOf = (state: StackState): Rollout | null => {
  const version = state.promoted === null ? undefined : state.versions[state.promoted];
  const deployment = version && state.deployments[version.deployment];
  return deployment ? rolloutOf(state, deployment) : null;
};

const rolloutOf = (state: StackState, deployment: DeploymentState): Rollout | null => {
  const version = state.versions[deployment.version];
  return version ? { deployment, version } : null;
};
