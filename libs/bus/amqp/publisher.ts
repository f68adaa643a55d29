import type { ConfirmChannel } from 'amqplib';
import type { Clock } from '#libs/clock';
import { Transient } from '#libs/contracts';
import { EventPublisher, type Outgoing } from '../publisher.ts';
import type { Link } from './link.ts';
import { StandingChannel } from './standing-channel.ts';
import { EVENTS, routingKeyOf } from './topology.ts';
import { Window } from './window.ts';
import { CLOUD_EVENT, encodeEvent } from './wire.ts';

/** At a time. */
const UNCONFIRMED = 200;

/** Publishes with confirms: what `publish` was about is on the broker's disk when it resolves. */
export class AmqpPublisher extends EventPublisher {
  readonly #channel: StandingChannel;
  readonly #user: string;
  readonly #window = new Window<Outgoing>(UNCONFIRMED);
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

  async publish(events: readonly Outgoing[]): Promise<void> {
    if (!this.#channel.current) await this.#channel.started;
    const channel = this.#channel.current;
    if (!channel) throw new Transient('publish events: the broker is away');
    await this.#window.push({ items: events, write: (event, confirmed) => this.#write(channel, event, confirmed) });
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  #write(channel: ConfirmChannel, event: Outgoing, confirmed: (cause: unknown) => void): void {
    const properties = { persistent: true, mandatory: true, contentType: CLOUD_EVENT, messageId: event.id, userId: this.#user };
    const say = (cause: unknown): void =>
      confirmed(cause ? new Transient(`publish event ${event.position}: not confirmed`, { cause }) : null);
    try {
      channel.publish(EVENTS, routingKeyOf(event), encodeEvent(event), properties, say);
    } catch (cause) {
      say(cause);
    }
  }
}
