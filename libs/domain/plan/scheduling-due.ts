import type { Instant, StackName } from '#libs/contracts';
import type { Decision } from '../decision.ts';
import { placementDue } from '../placement/index.ts';
import type { World } from '../stack/index.ts';
import { rebalanceDue } from './rebalance-due.ts';

/** All that the scheduler decides for a stack: where nothing has to be placed, whether something should be elsewhere. */
export const schedulingDue = (world: World, stack: StackName, now: Instant): readonly Decision[] => {
  const due = placementDue(world, stack, now);
  return due.some(({ events }) => events.length > 0) ? due : [...due, ...rebalanceDue(world, stack, now)];
};
