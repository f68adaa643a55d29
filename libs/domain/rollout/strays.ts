import { containersOf } from '#libs/domain/stack';
import { dismissed } from './failure.ts';
import { decision, type Step } from './step.ts';

/** Containers that were placed for a deployment while it failed: its end did not name them. */
export const strays: Step = (moment) => {
  const { state } = moment;
  const all = containersOf(state).filter(
    ({ deployment, retired }) => retired === null && state.deployments[deployment]?.status === 'failed',
  );
  const [first] = all;
  if (!first) return [];
  const own = all.filter(({ deployment }) => deployment === first.deployment);
  return [decision(moment, first.deployment, [dismissed(state, own)])];
};
