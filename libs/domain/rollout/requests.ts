import { type EventData, streams } from '#libs/contracts';
import type { StackState } from '#libs/domain/stack';
import type { Decided } from '../decision.ts';
import { decision, type Step } from './step.ts';

/**
 * The oldest request becomes a version, and its deployment starts or waits in line. One request a decision: each carries
 * the correlation of its own deployment.
 */
export const requests: Step = (moment) => {
  const request = moment.state.requests[0];
  return request ? [decision(moment, request.deployment, [created(moment.state, request), begun(moment.state, request)])] : [];
};

const nextVersion = (state: StackState): number => Math.max(0, ...Object.keys(state.versions).map(Number)) + 1;

const created = (state: StackState, request: EventData<'DeployRequested'>): Decided => {
  const { stack, deployment, manifest, images, revision } = request;
  const data = { stack, version: nextVersion(state), deployment, manifest, images, revision };
  return { stream: streams.stack(stack), type: 'VersionCreated', data };
};

const begun = (state: StackState, { stack, deployment }: EventData<'DeployRequested'>): Decided => {
  const version = nextVersion(state);
  const after = state.queue.at(-1) ?? state.running;
  return after === null
    ? { stream: streams.stack(stack), type: 'DeploymentStarted', data: { stack, deployment, version, replaces: state.promoted } }
    : { stream: streams.stack(stack), type: 'DeploymentQueued', data: { stack, deployment, version, after } };
};
