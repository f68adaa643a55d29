import { streams } from '#libs/contracts';
import { decision, type Step } from './step.ts';

/** When nothing runs, the first in line starts. */
export const queue: Step = (moment) => {
  const { stack, running, promoted, deployments } = moment.state;
  const next = moment.state.queue[0];
  const first = running === null && next !== undefined ? deployments[next] : undefined;
  if (!first) return [];
  const { deployment, version } = first;
  const data = { stack, deployment, version, replaces: promoted };
  return [decision(moment, deployment, [{ stream: streams.stack(stack), type: 'DeploymentStarted', data }])];
};
