import type { Instant, StackName } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { Decision } from '../decision.ts';
import { ending } from './ending.ts';
import { failure } from './failure.ts';
import { promotion } from './promotion.ts';
import { queue } from './queue.ts';
import { requests } from './requests.ts';
import { retirement } from './retirement.ts';
import { scaling } from './scaling.ts';
import { seeingOff } from './seeing-off.ts';
import type { Step } from './step.ts';
import { strays } from './strays.ts';
import { switching } from './switching.ts';

const steps: readonly Step[] = [requests, queue, failure, promotion, switching, strays, scaling, seeingOff, retirement, ending];

/**
 * What is due in the deployments of a stack: at most one decision with events, since all of them stand on one stream, and
 * the instants at which to look again.
 */
export const rolloutDue = (world: World, stack: StackName, now: Instant): readonly Decision[] => {
  const state = world.stacks.get(stack);
  if (!state) return [];
  const due = steps.flatMap((step) => step({ world, state, now }));
  const first = due.find((decision) => decision.events.length > 0);
  const wakes = due.filter((decision) => decision.events.length === 0);
  return first ? [first, ...wakes] : wakes;
};
