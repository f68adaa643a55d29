import type { ConsumeMessage } from 'amqplib';
import { Transient } from '#libs/contracts';
import type { Link } from './link.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { StandingChannel } from './standing-channel.ts';
import { DEAD } from './topology.ts';

/** A header has to fit into one frame. */
const LONGEST_REASON = 8000;

/** Headers of a dead letter: why and where it died, and as what it had come. */
export const HEADERS = {
  ...{ reason: 'x-berth-reason', queue: 'x-berth-queue', exchange: 'x-berth-exchange', key: 'x-berth-key', user: 'x-berth-user' },
} as const;

interface Death {
  readonly message: ConsumeMessage;
  readonly queue: string;
  /** Words, or a problem as JSON. */
  readonly reason: string;
  /** Who sent it, as the broker checked it. */
  readonly user?: string | null;
}

/** Hands what can't be read or done to the dead letters. */
export class Morgue {
  readonly #channel: StandingChannel;
  readonly #link: Link;
  readonly #report: ReplicaOptions['report'];
  #buried = 0;

  constructor(link: Link, { clock, report }: ReplicaOptions) {
    this.#link = link;
    this.#report = report;
    this.#channel = new StandingChannel(link, { name: 'dead letters', clock, report, setUp: async () => undefined });
  }

  get buried(): number {
    return this.#buried;
  }

  /** Resolves when the broker holds it. */
  async bury({ message: { content, properties, fields }, queue, reason, user = properties.userId ?? null }: Death): Promise<void> {
    const channel = this.#channel.current;
    if (!channel) throw new Transient('bury message: the broker is away');
    const { messageId, contentType, correlationId, replyTo, type } = properties;
    const came = { [HEADERS.queue]: queue, [HEADERS.exchange]: fields.exchange, [HEADERS.key]: fields.routingKey };
    const headers = { ...came, [HEADERS.reason]: reason.slice(0, LONGEST_REASON), ...(user === null ? {} : { [HEADERS.user]: user }) };
    const options = { persistent: true, messageId, contentType, correlationId, replyTo, type, headers, userId: this.#link.user };
    await new Promise<void>((resolve, reject) => {
      channel.publish(DEAD, '', content, options, (cause) => (cause ? reject(cause) : resolve()));
    });
    this.#buried++;
  }

  /** For what is lost without harm: it waits for nobody. */
  buryIfPossible(death: Death): void {
    if (this.#link.isBlocked) return;
    this.bury(death).catch((cause: unknown) => this.#report(`bury message of ${death.queue}`, cause));
  }

  close(): Promise<void> {
    return this.#channel.close();
  }
}
