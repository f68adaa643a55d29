import type { DeployBody, DeploymentId } from '#libs/contracts';
import { Deployments, type DeploymentsPorts } from '../../../apps/gateway/deploy/deployments.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';

const AGAIN_MS = 2000;

/** Who asks at the gateway, again until it is told that the wish is in the log. */
export class Operator {
  readonly #process: Process;
  readonly #trace: Trace;
  readonly #deployments: Deployments;
  /** By key: the deployments that were promised. */
  readonly promised = new Map<string, Set<DeploymentId>>();
  #keys = 0;

  constructor(process: Process, trace: Trace, ports: DeploymentsPorts) {
    this.#process = process;
    this.#trace = trace;
    this.#deployments = new Deployments(ports);
  }

  /** Gives back how it asks for the same once more. */
  deploy(body: DeployBody): () => void {
    const key = `key-${++this.#keys}`;
    const ask = (): void => {
      this.#deployments.request(body, { actor: 'token:operator', key }).then(
        ({ requested }) => {
          this.#trace.say('operator', `was promised deployment ${requested.data.deployment} of ${requested.data.stack} for ${key}`);
          this.promised.set(key, (this.promised.get(key) ?? new Set()).add(requested.data.deployment));
        },
        (cause: unknown) => {
          this.#trace.say('operator', `asks again for ${key}: ${String(cause)}`);
          this.after(AGAIN_MS, ask);
        },
      );
    };
    ask();
    return ask;
  }

  after(ms: number, call: () => void): void {
    this.#process.after(ms, call);
  }

  /** What a log lost that could not keep it, was promised in vain. */
  forget(isKnown: (deployment: DeploymentId) => boolean): void {
    for (const [key, deployments] of this.promised) if (![...deployments].every(isKnown)) this.promised.delete(key);
  }
}
