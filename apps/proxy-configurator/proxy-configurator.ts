import type { FeedBatch } from '#libs/bus';
import type { HostId } from '#libs/contracts';
import { doorsDue } from '#libs/domain/routing';
import { Reactor } from '#libs/event-log/react';
import { DoorsMailer } from './doors-mailer.ts';
import type { ProxyConfiguratorPorts } from './ports.ts';

export const CONSUMER = 'proxy-configurator';

/** Through which door? Draws doors, and tells every proxy which to prepare and which to serve. */
export class ProxyConfigurator {
  readonly #reactor: Reactor;
  readonly #mailer: DoorsMailer;
  #isStarted = false;

  constructor({ log, mail, turns, clock, ids, report }: ProxyConfiguratorPorts) {
    this.#mailer = new DoorsMailer(mail);
    this.#reactor = new Reactor({
      ...{ log, clock, ids, report, consumer: CONSUMER, due: doorsDue },
      acts: turns ? 'in turn' : 'on feed',
      onFolded: (world, stacks) => this.#mailer.tellOfChanges(world, stacks),
    });
  }

  /** It has folded the log up to here. */
  get position(): number {
    return this.#reactor.world.position;
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

  act({ events }: FeedBatch): Promise<void> {
    return this.#reactor.act(events);
  }

  /** Half a log would close doors: a host that asks too early asks again. */
  answer(host: HostId): void {
    if (this.#isStarted) this.#mailer.answer(this.#reactor.world, host);
  }
}
