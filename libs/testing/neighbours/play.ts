import { type EventData, type Manifest, type ServiceName, type StackName, streams } from '#libs/contracts';
import type { Decided, Decision } from '#libs/domain';
import type { World } from '#libs/domain/stack';
import { deploymentOf, type History, manifestOf, type ServiceWish } from '#libs/testing/history';
import { factsOwed } from './facts.ts';

type Due = (world: World, stack: StackName, now: number) => readonly Decision[];

/** A request for the deployment that `deploymentOf(stack, number)` names. */
export const requestOf = (
  stack: string,
  number: number,
  services: Readonly<Record<string, ServiceWish>>,
  times: Partial<Pick<Manifest, 'deadlineMs' | 'drainTimeoutMs'>> = {},
): Decided => {
  const manifest = { ...manifestOf(stack, services), ...times };
  const images = Object.fromEntries(Object.keys(services).map((name) => [name as ServiceName, { reference: `${name}:1`, digest: null }]));
  const data = {
    ...{ stack: manifest.stack, deployment: deploymentOf(stack, number), key: `key-${number}`, bodyHash: '0'.repeat(64) },
    ...{ manifest, images, revision: null },
  };
  return { stream: streams.requests(manifest.stack), type: 'DeployRequested', data: data as EventData<'DeployRequested'> };
};

/** Lets everyone act in turn until `isEnough`, or nothing is due or owed. A second passes whenever only time can help. */
export class Play {
  readonly history: History;
  readonly #stack: StackName;
  readonly #due: Due;
  now = 0;

  constructor(history: History, stack: string, due: Due) {
    this.history = history;
    this.#stack = stack as StackName;
    this.#due = due;
  }

  tell(...facts: readonly Decided[]): this {
    this.history.at(this.now).decided(facts);
    return this;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Everything that is due now, of the side under test alone. */
  decide(): this {
    for (;;) {
      const events = this.#due(this.history.world, this.#stack, this.now).flatMap((decision) => decision.events);
      if (events.length === 0) return this;
      this.tell(...events);
    }
  }

  until(isEnough: (world: World) => boolean = () => false): this {
    for (let turn = 0; turn < 1000 && !isEnough(this.history.world); turn++) {
      const events = this.#due(this.history.world, this.#stack, this.now).flatMap((decision) => decision.events);
      const next = events.length > 0 ? events : factsOwed(this.history.world, this.#stack).slice(0, 1);
      if (next.length > 0) this.tell(...next);
      else if (this.#wakes()) this.wait(1000);
      else return this;
    }
    return this;
  }

  /** Something shall happen within the next ten seconds though nobody says anything. */
  #wakes(): boolean {
    const wakes = this.#due(this.history.world, this.#stack, this.now).flatMap(({ wakeAt }) => wakeAt ?? []);
    return wakes.some((at) => at <= this.now + 10_000);
  }
}
