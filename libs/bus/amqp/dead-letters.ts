import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { Rejected, Transient } from '#libs/contracts';
import { type DeadLetter, DeadLetters, type LetterProperties } from '../dead-letters.ts';
import type { Subscription } from '../feed.ts';
import { consume, Subscriptions } from './consumer.ts';
import type { Link } from './link.ts';
import { HEADERS } from './morgue.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { StandingChannel } from './standing-channel.ts';
import { DEAD_LETTERS, REQUESTS_QUEUE } from './topology.ts';

const LIMIT = 20;

/** The queue to which the broker and all services hand what nobody could take. */
export class AmqpDeadLetters extends DeadLetters {
  readonly #reading: Link;
  readonly #writing: Link;
  readonly #options: ReplicaOptions;
  readonly #subscriptions = new Subscriptions();
  #back: StandingChannel | null = null;
  /** By its number: what the broker could not route comes back before it is confirmed. */
  readonly #returned = new Set<string>();
  #sent = 0;

  constructor(reading: Link, writing: Link, options: ReplicaOptions) {
    super();
    this.#reading = reading;
    this.#writing = writing;
    this.#options = options;
  }

  async subscribe(keep: (letter: DeadLetter) => Promise<void>): Promise<Subscription> {
    const { clock, report } = this.#options;
    const setUp = async (channel: ConfirmChannel): Promise<void> =>
      void channel.on('return', ({ properties }: ConsumeMessage) => this.#returned.add(String(properties.headers?.[NUMBER])));
    this.#back ??= new StandingChannel(this.#writing, { name: 'dead letters put back', clock, report, setUp });
    const subscription = await consume(this.#reading, {
      ...{ name: 'dead letters', clock, report, limit: LIMIT, prefetch: LIMIT },
      assertQueue: async () => DEAD_LETTERS,
      handle: async (messages) => {
        for (const message of messages) {
          const letter = letterOf(message);
          if (isWorthKeeping(letter)) await keep(letter);
        }
      },
    });
    return this.#subscriptions.add(subscription);
  }

  async putBack(letter: DeadLetter): Promise<void> {
    const { queue, body, user, properties } = letter;
    if (!/^turn\./.test(queue) && queue !== REQUESTS_QUEUE)
      throw new Rejected(`put back: what was in ${queue} is told anew by whoever sent it; drop this one`);
    const channel = this.#back?.current;
    if (!channel) throw new Transient('put back: the broker is away');
    const number = `${++this.#sent}`;
    const headers = { [NUMBER]: number, ...(user === null ? {} : { [HEADERS.user]: user }) };
    const options = { ...present(properties), headers, persistent: true, mandatory: true, userId: this.#writing.user };
    await new Promise<void>((resolve, reject) => {
      channel.publish('', queue, Buffer.from(body), options, (cause) =>
        cause ? reject(new Transient('put back: the broker did not confirm it', { cause })) : resolve(),
      );
    });
    if (this.#returned.delete(number)) throw new Rejected(`put back: there is no queue ${queue} any more; drop it`);
  }

  async close(): Promise<void> {
    await this.#subscriptions.close();
    await this.#back?.close();
  }
}

const NUMBER = 'x-berth-number';

/** What the broker itself says of why it gave one up. */
const BROKERS_WORDS: Readonly<Record<string, string>> = {
  delivery_limit: 'it was handed out again and again, and each time whoever had it went away',
  rejected: 'it was rejected',
  expired: 'it waited too long',
  maxlen: 'the queue was full',
};

const letterOf = ({ content, properties, fields }: ConsumeMessage): DeadLetter => {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const [death] = properties.headers?.['x-death'] ?? [];
  const { contentType, messageId, correlationId, replyTo, type } = properties;
  return {
    body: content,
    reason: reasonIn(headers[HEADERS.reason]) ?? BROKERS_WORDS[death?.reason ?? ''] ?? 'nobody said why',
    queue: textOr(headers[HEADERS.queue], death?.queue ?? ''),
    exchange: textOr(headers[HEADERS.exchange], death?.exchange ?? fields.exchange),
    routingKey: textOr(headers[HEADERS.key], death?.['routing-keys'][0] ?? fields.routingKey),
    user: HEADERS.reason in headers ? textOrNull(headers[HEADERS.user]) : textOrNull(properties.userId),
    properties: mapped({ contentType, messageId, correlationId, replyTo, type }),
  };
};

/** Copies of the log that nobody took in time are in the log. */
const isWorthKeeping = ({ queue, reason }: DeadLetter): boolean => !(queue.startsWith('turn.') && reason === BROKERS_WORDS.maxlen);

/** A problem as JSON, or words. */
const reasonIn = (header: unknown): string | null => {
  const text = textOrNull(header);
  if (text === null) return null;
  try {
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    return textOrNull(detail) ?? textOrNull(title) ?? text;
  } catch {
    return text;
  }
};

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const textOr = (value: unknown, other: string): string => textOrNull(value) ?? other;

const mapped = (properties: Readonly<Record<keyof LetterProperties, unknown>>): LetterProperties =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, textOrNull(value)])) as LetterProperties;

const present = (properties: LetterProperties): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(properties).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
