import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { type Problem, Rejected, Transient } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import { type RequestMessage, type RequestOutcome, RequestsInlet } from '../requests.ts';
import { Subscriptions } from './consumer.ts';
import { Desk } from './desk.ts';
import type { ReplicaOptions } from './feed.ts';
import type { Link } from './link.ts';
import { StandingChannel } from './standing-channel.ts';
import { DEAD, mayBeRepliedTo, REQUESTS_QUEUE, userOfExchange } from './topology.ts';
import { JSON_TYPE, jsonIn } from './wire.ts';

/** Handled at the same time. */
const PREFETCH = 10;
/** A header has to fit into one frame. */
const LONGEST_REASON = 8000;
/** As by HTTP. What is larger is not even parsed. */
const LARGEST_BODY_BYTES = 1024 * 1024;

type Handle = (message: RequestMessage) => Promise<RequestOutcome>;

/** The queue of CI's wishes. Answers and dead letters go by the writing connection and are confirmed before the wish is acknowledged. */
export class AmqpRequests extends RequestsInlet {
  readonly #reading: Link;
  readonly #options: ReplicaOptions;
  readonly #answers: StandingChannel;
  readonly #subscriptions = new Subscriptions();

  constructor(reading: Link, writing: Link, options: ReplicaOptions) {
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
      const own = new Desk(channel, async (message) => this.#tell(message, await outcomeOf(message, handle)), this.#options);
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

  async #tell({ content, properties }: ConsumeMessage, outcome: RequestOutcome): Promise<void> {
    const { replyTo, correlationId, messageId, contentType } = properties;
    if (typeof replyTo === 'string' && mayBeRepliedTo(replyTo)) {
      const answer = Buffer.from(JSON.stringify(outcome.ok ? outcome.answer : outcome.problem));
      await this.#publish('', replyTo, answer, { correlationId, contentType: JSON_TYPE, headers: { 'x-berth-ok': outcome.ok } });
    } else if (!outcome.ok) {
      const headers = { 'x-berth-reason': JSON.stringify(outcome.problem).slice(0, LONGEST_REASON) };
      await this.#publish(DEAD, '', content, { persistent: true, messageId, contentType, headers });
    }
  }

  #publish(exchange: string, key: string, content: Buffer, properties: object): Promise<void> {
    const channel = this.#answers.current;
    if (!channel) throw new Transient('answer request: the broker is away');
    return new Promise((resolve, reject) => {
      channel.publish(exchange, key, content, properties, (cause) => (cause ? reject(cause) : resolve()));
    });
  }
}

/** Throws only what may work later. */
const outcomeOf = async ({ content, properties, fields }: ConsumeMessage, handle: Handle): Promise<RequestOutcome> => {
  try {
    if (content.length > LARGEST_BODY_BYTES) throw new Rejected('read message: send a body of at most 1 MiB');
    const { userId, messageId, replyTo, correlationId } = properties;
    const user = textOrNull(userId) ?? userOfExchange(fields.exchange);
    const names = { userId: user, messageId: textOrNull(messageId), replyTo: textOrNull(replyTo) };
    return await handle({ body: jsonIn(content), ...names, correlationId: textOrNull(correlationId) });
  } catch (cause) {
    if (!(cause instanceof Rejected)) throw cause;
    return { ok: false, problem: refusedWith(cause.message) };
  }
};

const refusedWith = (detail: string): Problem => ({ type: 'urn:berth:problem:refused', title: 'Refused', status: 422, detail });

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
