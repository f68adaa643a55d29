import type { ConfirmChannel } from 'amqplib';
import type { Clock } from '#libs/clock';
import { Transient } from '#libs/contracts';
import { EventPublisher, type Outgoing } from '../publisher.ts';
import type { Link } from './link.ts';
import { type Parcel, packed, singly } from './parcels.ts';
import { StandingChannel } from './standing-channel.ts';
import { EVENTS } from './topology.ts';
import { Window } from './window.ts';

interface PublisherOptions {
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** Whether all who hear events can open a parcel of several; where nobody says so, they can. */
  readonly mayPack?: (() => boolean) | undefined;
}

/** At a time. */
const UNCONFIRMED = 200;

/** Publishes with confirms: what `publish` was about is on the broker's disk when it resolves. */
export class AmqpPublisher extends EventPublisher {
  readonly #channel: StandingChannel;
  readonly #user: string;
  readonly #window = new Window<Parcel>(UNCONFIRMED);
  readonly #mayPack: () => boolean;
  #unroutable = 0;

  constructor(link: Link, { clock, report, mayPack = () => true }: PublisherOptions) {
    super();
    this.#mayPack = mayPack;
    this.#user = link.user;
    this.#channel = new StandingChannel(link, {
      ...{ name: 'the publisher', clock, report },
      setUp: async (channel) => void channel.on('return', () => this.#unroutable++),
    });
  }

  /** Messages that no queue wanted: nobody was there to hear their events. */
  get unroutable(): number {
    return this.#unroutable;
  }

  async publish(events: readonly Outgoing[]): Promise<void> {
    if (!this.#channel.current) await this.#channel.started;
    const channel = this.#channel.current;
    if (!channel) throw new Transient('publish events: the broker is away');
    const items = this.#mayPack() ? packed(events) : singly(events);
    await this.#window.push({ items, write: (parcel, confirmed) => this.#write(channel, parcel, confirmed) });
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  #write(channel: ConfirmChannel, { key, content, contentType, messageId, position }: Parcel, confirmed: (cause: unknown) => void): void {
    // A notice without events is for whoever shares turns, if anybody does.
    const properties = { contentType, userId: this.#user, persistent: true, ...(messageId === null ? {} : { messageId, mandatory: true }) };
    const say = (cause: unknown): void =>
      confirmed(cause ? new Transient(`publish events up to ${position}: not confirmed`, { cause }) : null);
    try {
      channel.publish(EVENTS, key, content, properties, say);
    } catch (cause) {
      say(cause);
    }
  }
}
