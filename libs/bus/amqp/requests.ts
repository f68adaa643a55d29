import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { type Problem, Rejected, Transient } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import { type RequestMessage, type RequestOutcome, RequestsInlet } from '../requests.ts';
import { Subscriptions } from './consumer.ts';
import { Desk } from './desk.ts';
import type { Link } from './link.ts';
import { HEADERS, type Morgue } from './morgue.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { StandingChannel } from './standing-channel.ts';
import { mayBeRepliedTo, REQUESTS_QUEUE, userOfExchange } from './topology.ts';
import { JSON_TYPE, jsonIn } from './wire.ts';

/** Handled at the same time. */
const PREFETCH = 10;
/** As by HTTP. What is larger is not even parsed. */
const LARGEST_BODY_BYTES = 1024 * 1024;

type Handle = (message: RequestMessage) => Promise<RequestOutcome>;

interface RequestsOptions extends ReplicaOptions {
  readonly morgue: Morgue;
}

/** The queue of CI's wishes. Answers and dead letters go by the writing connection and are confirmed before the wish is acknowledged. */
export class AmqpRequests extends RequestsInlet {
  readonly #reading: Link;
  readonly #options: RequestsOptions;
  readonly #answers: StandingChannel;
  readonly #subscriptions = new Subscriptions();

  constructor(reading: Link, writing: Link, options: RequestsOptions) {
    super();
    this.#reading = reading;
    this.#options = options;
    const { clock, report } = options;
    this.#answers = new StandingChannel(writing, { name: 'answers to requests', clock, report, setUp: async () => undefined });
  }

  async subscribe(handle: Handle): Promise<Subscription> {
    const { clock, report } = this.#options;
    let desk: Desk | null = null;
    const setUp = async (channel: ConfirmChannel, reopen: () => void): Promise<void> => {
      await channel.prefetch(PREFETCH);
      const own = new Desk(channel, async (message) => this.#settle(message, handle), this.#options);
      channel.on('close', () => void own.close());
      desk = own;
      await channel.consume(REQUESTS_QUEUE, (message) => (message ? own.take(message) : reopen()), { consumerTag: own.tag });
    };
    const channel = new StandingChannel(this.#reading, { name: 'requests', clock, report, setUp });
    await channel.started;
    return this.#subscriptions.add({
      close: async () => {
        await desk?.close();
        await channel.close();
      },
    });
  }

  async close(): Promise<void> {
    await this.#subscriptions.close();
    await this.#answers.close();
  }

  async #settle(message: ConsumeMessage, handle: Handle): Promise<void> {
    const user = this.#senderOf(message);
    const outcome = await outcomeOf(message, user, handle);
    const { replyTo, correlationId } = message.properties;
    if (typeof replyTo === 'string' && mayBeRepliedTo(replyTo)) {
      const answer = Buffer.from(JSON.stringify(outcome.ok ? outcome.answer : outcome.problem));
      await this.#answer(replyTo, answer, { correlationId, contentType: JSON_TYPE, headers: { 'x-berth-ok': outcome.ok } });
    } else if (!outcome.ok) {
      await this.#options.morgue.bury({ message, queue: REQUESTS_QUEUE, reason: JSON.stringify(outcome.problem), user });
    }
  }

  /** One that was put back by the house itself is still its first sender's. */
  #senderOf({ properties: { userId, headers }, fields }: ConsumeMessage): string | null {
    const first = headers?.[HEADERS.user];
    if (userId === this.#reading.user && first !== undefined) return textOrNull(first);
    return textOrNull(userId) ?? userOfExchange(fields.exchange);
  }

  #answer(queue: string, content: Buffer, properties: object): Promise<void> {
    const channel = this.#answers.current;
    if (!channel) throw new Transient('answer request: the broker is away');
    return new Promise((resolve, reject) => {
      channel.publish('', queue, content, properties, (cause) => (cause ? reject(cause) : resolve()));
    });
  }
}

/** Throws only what may work later. */
const outcomeOf = async ({ content, properties }: ConsumeMessage, userId: string | null, handle: Handle): Promise<RequestOutcome> => {
  try {
    if (content.length > LARGEST_BODY_BYTES) throw new Rejected('read message: send a body of at most 1 MiB');
    const { messageId, replyTo, correlationId } = properties;
    const names = { userId, messageId: textOrNull(messageId), replyTo: textOrNull(replyTo) };
    return await handle({ body: jsonIn(content), ...names, correlationId: textOrNull(correlationId) });
  } catch (cause) {
    if (!(cause instanceof Rejected)) throw cause;
    return { ok: false, problem: refusedWith(cause.message) };
  }
};

const refusedWith = (detail: string): Problem => ({ type: 'urn:berth:problem:refused', title: 'Refused', status: 422, detail });

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
