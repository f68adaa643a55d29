import type { FeedBatch, TurnBatch } from '#libs/bus';
import type { HostId } from '#libs/contracts';
import { doorsDue } from '#libs/domain/routing';
import { type Condition, conditionOf, Reactor } from '#libs/event-log/react';
import { DoorsMailer } from './doors-mailer.ts';
import type { ProxyConfiguratorPorts } from './ports.ts';

export const CONSUMER = 'proxy-configurator';

/** Through which door? Draws doors, and tells every proxy which to prepare and which to serve. */
export class ProxyConfigurator {
  readonly #reactor: Reactor;
  readonly #mailer: DoorsMailer;
  #isStarted = false;

  constructor({ mail, ...ports }: ProxyConfiguratorPorts, onHalted: (isHalted: boolean) => void = () => undefined) {
    this.#mailer = new DoorsMailer(mail);
    this.#reactor = new Reactor({
      ...{ ...ports, onHalted, consumer: CONSUMER, due: doorsDue },
      acts: ports.turns ? 'in turn' : 'on feed',
      onFolded: (world, stacks) => this.#mailer.tellOfChanges(world, stacks),
    });
  }

  get condition(): Condition {
    return conditionOf(this.#reactor);
  }

  async start(): Promise<void> {
    await this.#reactor.start();
    this.#isStarted = true;
  }

  stop(): Promise<void> {
    return this.#reactor.stop();
  }

  take({ events }: FeedBatch): Promise<void> {
    return this.#reactor.take(events);
  }

  act({ events }: TurnBatch): Promise<void> {
    return this.#reactor.act(events);
  }

  /** Half a log would close doors: a host that asks too early asks again. */
  answer(host: HostId): void {
    if (this.#isStarted) this.#mailer.answer(this.#reactor.world, host);
  }
}
