import type { BerthEvent, Recorded } from '#libs/contracts';
import { HttpProblem } from '../http/problem.ts';

export interface Wish {
  readonly actor: string;
  readonly key: string;
}

export type DeployRequested = Recorded<'DeployRequested'>;

/** The request that used this key first, or null when the key is new for this actor and stack. `events`: the stack's whole stream of requests. */
export const firstWith = (events: readonly BerthEvent[], { actor, key }: Wish): DeployRequested | null =>
  events.filter(isDeployRequested).find((event) => event.actor === actor && event.data.key === key) ?? null;

/**
 * Throws a problem that names the first deployment when its body was another one. `bodyHash`: of the new body under the seal key of
 * the first deployment; null when that key was erased, and with it the means to compare them.
 */
export const assertSameBody = ({ data }: DeployRequested, bodyHash: string | null): void => {
  if (bodyHash === null)
    throw reused(`its values were erased since, so that no body can be compared with that of deployment ${data.deployment}`);
  if (bodyHash !== data.bodyHash) throw reused(`it was used with another body for deployment ${data.deployment}`);
};

const isDeployRequested = (event: BerthEvent): event is DeployRequested => event.type === 'DeployRequested';

const reused = (why: string): HttpProblem =>
  new HttpProblem(422, 'idempotency-key-reused', `this Idempotency-Key can't be used: ${why}; send a new key for a new wish`);
