import type { BerthEvent, Recorded } from '#libs/contracts';
import { HttpProblem } from '../http/problem.ts';

export interface Wish {
  readonly actor: string;
  readonly key: string;
  readonly bodyHash: string;
}

export type DeployRequested = Recorded<'DeployRequested'>;

/**
 * The request that this wish repeats, or null when the key is new for this actor and stack. Throws a problem that names the
 * first deployment when the key stands for another body. `events`: the stack's whole stream of requests.
 */
export const repeatedBy = (events: readonly BerthEvent[], { actor, key, bodyHash }: Wish): DeployRequested | null => {
  const first = events.filter(isDeployRequested).find((event) => event.actor === actor && event.data.key === key);
  if (!first) return null;
  if (first.data.bodyHash !== bodyHash) throw reused(first);
  return first;
};

const isDeployRequested = (event: BerthEvent): event is DeployRequested => event.type === 'DeployRequested';

const reused = ({ data }: DeployRequested): HttpProblem =>
  new HttpProblem(
    422,
    'idempotency-key-reused',
    `this Idempotency-Key was used with another body for deployment ${data.deployment}; send a new key for a new wish`,
  );
