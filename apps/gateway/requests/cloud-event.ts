import { z } from 'zod';
import { type DeployBody, deployBody } from '#libs/contracts';
import { faultsOf } from '../http/faults.ts';
import { idempotencyKey } from '../http/parameters.ts';
import { bodyRefused } from '../http/problem.ts';

/** CloudEvents 1.0, structured JSON. Its optional attributes and extensions may come along; nobody acts on them. */
const deployRequested = z.object({
  specversion: z.literal('1.0', 'use 1.0'),
  id: idempotencyKey,
  source: z.string('say where it comes from').min(1, 'say where it comes from'),
  type: z.literal('DeployRequested', 'use DeployRequested'),
  datacontenttype: z.literal('application/json', 'use application/json, or leave it out').optional(),
  data: deployBody,
});

export interface DeployWish {
  /** The idempotency key. */
  readonly id: string;
  readonly body: DeployBody;
}

/** Throws a problem with a pointer for each fault. */
export const readDeployRequested = (message: unknown): DeployWish => {
  const read = deployRequested.safeParse(message);
  if (!read.success) throw bodyRefused(faultsOf(read.error.issues));
  return { id: read.data.id, body: read.data.data };
};
