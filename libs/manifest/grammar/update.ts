import { z } from 'zod';
import type { Update } from '#libs/contracts';
import { choice, count, duration, ratio } from './fields.ts';
import { composeObject, fail } from './objects.ts';

const rollingShape = {
  parallelism: count(0, 1000).default(1),
  delay: duration.prefault('0s'),
  failure_action: choice('continue', 'pause', 'rollback').default('pause'),
  monitor: duration.prefault('5s'),
  max_failure_ratio: ratio.default(0),
};

type Rolling = Extract<Update, { strategy: 'rolling' }>;
interface WrittenRolling {
  readonly parallelism: number;
  readonly delay: number;
  readonly failure_action: Rolling['failureAction'];
  readonly monitor: number;
  readonly max_failure_ratio: number;
  readonly order: Rolling['order'];
}

const rollingOf = ({ parallelism, delay, failure_action, monitor, max_failure_ratio, order }: WrittenRolling): Rolling => ({
  ...{ strategy: 'rolling', parallelism, delayMs: delay, failureAction: failure_action },
  ...{ monitorMs: monitor, maxFailureRatio: max_failure_ratio, order },
});

/** Compose's own words and defaults. */
export const updateConfig = composeObject({
  ...rollingShape,
  order: choice('start-first', 'stop-first').default('stop-first'),
}).transform(rollingOf);

/** Compose's words, but the old container stays until the new one serves unless the manifest says otherwise. */
const rolling = composeObject({
  ...rollingShape,
  order: choice('start-first', 'stop-first').default('start-first'),
}).transform(rollingOf);

const promotion = choice('immediate', 'delayed').default('immediate');
const blueGreen = composeObject({ promotion });

const canary = composeObject({
  steps: z.array(count(1, 99)).min(1, 'must not be empty').default([10]),
  wait: duration.prefault('5m'),
  promotion,
}).transform(({ steps, wait, promotion }, ctx): Update => {
  const isRising = steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0));
  if (!isRising) return fail(ctx, 'does not rise', 'write rising shares in percent, for example [5, 25, 50]', ['steps']);
  return { strategy: 'canary', steps, waitMs: wait, promotion };
});

const long = composeObject({
  blue_green: blueGreen.optional(),
  rolling: rolling.optional(),
  canary: canary.optional(),
}).transform(({ blue_green, rolling, canary }, ctx): Update => {
  const green: Update | undefined = blue_green && { strategy: 'blue_green', ...blue_green };
  const [first, second] = [green, rolling, canary].filter((one) => one !== undefined);
  if (first !== undefined && second === undefined) return first;
  const message = first === undefined ? 'names no way to update' : 'names several ways to update';
  return fail(ctx, message, 'write one of blue_green, rolling and canary');
});

const short = choice('blue_green', 'rolling', 'canary')
  .transform((word): unknown => ({ [word]: {} }))
  .pipe(long);

/** `update: rolling`, or `update: { rolling: { parallelism: 2 } }`. */
export const update = z.union([short, long]);
