import { z } from 'zod';
import { eventId, stackName } from '../ids.ts';

/** Names who decides and who listens. */
export const consumer = z.string().regex(/^[a-z][a-z-]{0,39}$/, 'use the name of a service, for example deployer');

/** What a service says of its own deciding for a stack. */
export const reactions = {
  /** It could not decide, or its decision can never be written: it decides nothing more for this stack until somebody unparks it. */
  StackParked: z
    .strictObject({
      stack: stackName,
      consumer,
      /** The newest event of the stack when it happened. */
      event: eventId,
      error: z.string().min(1).max(2000),
    })
    .describe(
      'The service could not decide for the stack, or its decision can never be written: it decides nothing more for it until somebody unparks it.',
    ),
  /** It lost so many races for the stack in a row, on these streams. It pauses and goes on. */
  DecisionStalled: z
    .strictObject({
      stack: stackName,
      consumer,
      attempts: z.int().positive(),
      streams: z.array(z.string()).min(1),
    })
    .describe('The service lost so many races for the stack in a row. It pauses and goes on.'),
} as const;

/** The service did not listen in this time, none of its replicas: time of work did not run. */
export const listening = {
  ListeningResumed: z
    .strictObject({ consumer, from: z.int().nonnegative(), until: z.int().nonnegative() })
    .describe('None of the replicas of the service listened in this time: time of work did not run.'),
} as const;
