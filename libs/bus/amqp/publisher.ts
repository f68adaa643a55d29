import type { ConfirmChannel } from 'amqplib';
import type { Clock } from '#libs/clock';
import { type BerthEvent, Transient } from '#libs/contracts';
import { EventPublisher } from '../publisher.ts';
import type { Link } from './link.ts';
import { StandingChannel } from './standing-channel.ts';
import { EVENTS, routingKeyOf } from './topology.ts';
import { CLOUD_EVENT, encodeEvent } from './wire.ts';

/** Unconfirmed events at a time. */
const WINDOW = 200;

/** Publishes with confirms: what `publish` was about is on the broker's disk when it resolves. */
export class AmqpPublisher extends EventPublisher {
  readonly #channel: StandingChannel;
  readonly #user: string;
  #unroutable = 0;

  constructor(link: Link, { clock, report }: { readonly clock: Clock; readonly report: (problem: string, cause: unknown) => void }) {
    super();
    this.#user = link.user;
    this.#channel = new StandingChannel(link, {
      ...{ name: 'the publisher', clock, report },
      setUp: async (channel) => void channel.on('return', () => this.#unroutable++),
    });
  }

  /** Events that no queue wanted: nobody was there to hear them. */
  get unroutable(): number {
    return this.#unroutable;
  }

  async publish(events: readonly BerthEvent[]): Promise<void> {
    await this.#channel.started;
    const channel = this.#channel.current;
    if (!channel) throw new Transient('publish events: the broker is away');
    for (let next = 0; next < events.length; next += WINDOW)
      await Promise.all(events.slice(next, next + WINDOW).map((event) => this.#confirmed(channel, event)));
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  #confirmed(channel: ConfirmChannel, event: BerthEvent): Promise<void> {
    const properties = { persistent: true, mandatory: true, contentType: CLOUD_EVENT, messageId: event.id, userId: this.#user };
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => reject(new Transient(`publish event ${event.position}: not confirmed`, { cause }));
      try {
        channel.publish(EVENTS, routingKeyOf(event), encodeEvent(event), properties, (cause) => (cause ? fail(cause) : resolve()));
      } catch (cause) {
        fail(cause);
      }
    });
  }
}
