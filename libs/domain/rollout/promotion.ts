import { streams } from '#libs/contracts';
import { routedServices } from '#libs/domain/stack';
import { awaitedBy } from './awaited.ts';
import { decision, runningOf, type Step } from './step.ts';

/** The one commit point of a deployment: everything that shall serve is healthy and prepared. */
export const promotion: Step = (moment) => {
  const { world, state } = moment;
  const rollout = runningOf(state);
  if (!rollout || awaitedBy(world, state, rollout) !== null) return [];
  const { stack } = state;
  const { deployment, version } = rollout.deployment;
  const draft = routedServices(rollout.version.manifest).length > 0 ? rollout.deployment.draft : null;
  const data = { stack, deployment, version, draft };
  const alsoRead = [streams.doors(stack), streams.hosts];
  return [decision(moment, deployment, [{ stream: streams.stack(stack), type: 'VersionPromoted', data }], alsoRead)];
};
