import { containersOf } from '#libs/domain/stack';
import { dismissed } from './failure.ts';
import { decision, type Step } from './step.ts';

/** Containers that were placed for a deployment while it failed: its end did not name them. */
export const strays: Step = (moment) => {
  const { state } = moment;
  const [first] = Object.values(state.deployments).filter(
    ({ deployment, status }) => status === 'failed' && strayOf(moment.state, deployment).length > 0,
  );
  return first ? [decision(moment, first.deployment, [dismissed(state, strayOf(state, first.deployment))])] : [];
};

const strayOf = (state: Parameters<typeof containersOf>[0], deployment: string): ReturnType<typeof containersOf> =>
  containersOf(state).filter((container) => container.deployment === deployment && container.retired === null);
