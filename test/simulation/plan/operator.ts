import {
  type AnyNewEvent,
  type DeployBody,
  type DeploymentId,
  type EventData,
  type HostChange,
  type HostId,
  type StackName,
  type StreamName,
  streams,
  Transient,
} from '#libs/contracts';
import { Deployments, type DeploymentsPorts } from '../../../apps/gateway/deploy/deployments.ts';
import { appendWishes, type WishData } from '../../../apps/gateway/requests/append-wishes.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';

const AGAIN_MS = 2000;
const ACTOR = 'token:operator';

/** Who asks at the gateway, again until it is told that the wish is in the log. */
export class Operator {
  readonly #process: Process;
  readonly #trace: Trace;
  readonly #deployments: Deployments;
  readonly #ports: DeploymentsPorts;
  /** By key: the deployments that were promised. */
  readonly promised = new Map<string, Set<DeploymentId>>();
  #keys = 0;

  constructor(process: Process, trace: Trace, ports: DeploymentsPorts) {
    this.#process = process;
    this.#trace = trace;
    this.#ports = ports;
    this.#deployments = new Deployments(ports);
  }

  /** Gives back how it asks for the same once more. */
  deploy(body: DeployBody): () => void {
    const key = `key-${++this.#keys}`;
    const ask = (): void => {
      this.#deployments.request(body, { actor: ACTOR, key }).then(
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

  /** Of a stack: to scale it, or to move containers. */
  wish(stack: StackName, wish: WishData): void {
    this.#until(`${wish.type} of ${stack}`, () => appendWishes(this.#ports, stack, [wish], ACTOR));
  }

  change(host: HostId, change: HostChange): void {
    this.#until(`${change.kind} ${host}`, () => this.#append(streams.wishes(host), 'HostChangeRequested', { host, change }));
  }

  tagGroup(group: string, tags: readonly string[]): void {
    this.#until(`tag group ${group}`, () => this.#append('platform', 'GroupTagged', { group, tags: [...tags] }));
  }

  after(ms: number, call: () => void): void {
    this.#process.after(ms, call);
  }

  /** What a log lost that could not keep it, was promised in vain. */
  forget(isKnown: (deployment: DeploymentId) => boolean): void {
    for (const [key, deployments] of this.promised) if (![...deployments].every(isKnown)) this.promised.delete(key);
  }

  /** Such a wish has no key: one whose answer got lost may be in the log twice. */
  #until(what: string, ask: () => Promise<unknown>): void {
    ask().catch((cause: unknown) => {
      this.#trace.say('operator', `asks again for ${what}: ${String(cause)}`);
      this.after(AGAIN_MS, () => this.#until(what, ask));
    });
  }

  async #append<T extends 'HostChangeRequested' | 'GroupTagged'>(stream: StreamName, type: T, data: EventData<T>): Promise<void> {
    const { log, ids } = this.#ports;
    const id = ids.event();
    const event = { id, type, data, actor: ACTOR, correlation: id, causation: null } as AnyNewEvent;
    const { incarnation } = await log.head();
    const [newest] = await log.read({ stream, order: 'newest', limit: 1 });
    const [result] = await log.append([{ incarnation, expected: { [stream]: newest?.version ?? 0 }, events: [{ stream, event }] }]);
    if (result?.status !== 'appended') throw new Transient(`write ${type} to ${stream}: ${result?.status}`);
  }
}
