import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import type { BerthEvent } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import { type ConsumerOptions, consume, Subscriptions } from './consumer.ts';
import type { Link } from './link.ts';
import type { Morgue } from './morgue.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { EVENTS } from './topology.ts';
import { decodeEvent } from './wire.ts';

interface EventQueue extends Pick<ConsumerOptions, 'name' | 'prefetch' | 'priority' | 'isTold'> {
  readonly queue: string;
  readonly options: Options.AssertQueue;
  /** Which of the events it gets. */
  readonly keys: string;
  /** Where what can't be read goes; without it the log alone has it. */
  readonly morgue?: Morgue;
  /** None says that some may have been missed. */
  readonly handle: (events: readonly BerthEvent[]) => Promise<void>;
}

const BATCH = 100;

/** Queues of a replica to which events come, until it is closed. */
export class EventQueues {
  readonly #link: Link;
  readonly #options: ReplicaOptions;
  readonly #subscriptions = new Subscriptions();

  constructor(link: Link, options: ReplicaOptions) {
    this.#link = link;
    this.#options = options;
  }

  async read({ queue, options, keys, morgue, handle, ...rest }: EventQueue): Promise<Subscription> {
    const { clock, report } = this.#options;
    const subscription = await consume(this.#link, {
      ...{ ...rest, clock, report, limit: BATCH },
      assertQueue: (channel) => bound(channel, queue, options, keys),
      handle: async (messages) => {
        const events = messages.flatMap((message) => this.#read(message, queue, morgue));
        if (events.length > 0 || messages.length === 0) await handle(events);
      },
    });
    return this.#subscriptions.add(subscription);
  }

  close(): Promise<void> {
    return this.#subscriptions.close();
  }

  /** What can't be read here is left out: if the log has it, whoever reads it there meets the same. */
  #read(message: ConsumeMessage, queue: string, morgue: Morgue | undefined): readonly BerthEvent[] {
    try {
      return [decodeEvent(message.content)];
    } catch (cause) {
      this.#options.report(`read event ${message.properties.messageId}`, cause);
      morgue?.buryIfPossible({ message, queue, reason: cause instanceof Error ? cause.message : String(cause) });
      return [];
    }
  }
}

const bound = async (channel: ConfirmChannel, queue: string, options: Options.AssertQueue, keys: string): Promise<string> => {
  await channel.assertQueue(queue, options);
  await channel.bindQueue(queue, EVENTS, keys);
  return queue;
};
