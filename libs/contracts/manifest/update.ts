import { z } from 'zod';

const milliseconds = z.int().nonnegative();

/** `delayed`: an operator promotes. */
const promotion = z.enum(['immediate', 'delayed']);

/** How a version takes the place of the one before. Only `blue_green` with `immediate` is acted on yet. */
export const update = z.discriminatedUnion('strategy', [
  z.strictObject({ strategy: z.literal('blue_green'), promotion }),
  /** The words of Compose's `update_config`. */
  z.strictObject({
    strategy: z.literal('rolling'),
    parallelism: z.int().nonnegative(),
    delayMs: milliseconds,
    failureAction: z.enum(['continue', 'pause', 'rollback']),
    monitorMs: milliseconds,
    maxFailureRatio: z.number().min(0).max(1),
    order: z.enum(['start-first', 'stop-first']),
  }),
  /** `steps`: percent of new visitors, rising; `waitMs` after each of them. */
  z.strictObject({ strategy: z.literal('canary'), steps: z.array(z.int().min(1).max(99)).min(1), waitMs: milliseconds, promotion }),
]);

export type Update = Readonly<z.infer<typeof update>>;
