import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import type { Subscription } from '../feed.ts';
import { type ConsumerOptions, consume, Subscriptions } from './consumer.ts';
import type { Link } from './link.ts';
import type { Morgue } from './morgue.ts';
import type { OnUnreadable } from './opened.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { EVENTS } from './topology.ts';

interface EventQueue<T> extends Pick<ConsumerOptions, 'name' | 'prefetch' | 'priority' | 'isTold'> {
  readonly queue: string;
  readonly options: Options.AssertQueue;
  /** Which of the messages it gets. */
  readonly keys: readonly string[];
  readonly open: (message: ConsumeMessage, onUnreadable: OnUnreadable) => readonly T[];
  /** Where what can't be read goes; without it the log alone has it. */
  readonly morgue?: Morgue;
  /** None says that some may have been missed. */
  readonly handle: (items: readonly T[]) => Promise<void>;
}

/** What messages hold that is not handled yet. */
interface Opened<T> {
  readonly messages: readonly ConsumeMessage[];
  left: readonly T[];
}

/** Handed over together: what follows from them is looked for once for all. */
const BATCH = 500;
/** Opened together. */
const MESSAGES = 100;

/** Queues of a replica to which events come, or word of them, until it is closed. */
export class EventQueues {
  readonly #link: Link;
  readonly #options: ReplicaOptions;
  readonly #subscriptions = new Subscriptions();

  constructor(link: Link, options: ReplicaOptions) {
    this.#link = link;
    this.#options = options;
  }

  async read<T>({ queue, options, keys, morgue, open, handle, ...rest }: EventQueue<T>): Promise<Subscription> {
    const { clock, report } = this.#options;
    const onUnreadable: OnUnreadable = (message, cause) => this.#bury(message, { queue, morgue, cause });
    let opened: Opened<T> = { messages: [], left: [] };
    const subscription = await consume(this.#link, {
      ...{ ...rest, clock, report, limit: MESSAGES },
      assertQueue: (channel) => bound(channel, queue, options, keys),
      handle: async (messages) => {
        if (messages.length === 0) return handle([]);
        // Those that come again after a failure are opened already, and some of it is done.
        if (opened.messages !== messages) opened = { messages, left: messages.flatMap((message) => open(message, onUnreadable)) };
        while (opened.left.length > 0) {
          await handle(opened.left.slice(0, BATCH));
          opened.left = opened.left.slice(BATCH);
        }
      },
    });
    return this.#subscriptions.add(subscription);
  }

  close(): Promise<void> {
    return this.#subscriptions.close();
  }

  /** What can't be read here is left out: if the log has it, whoever reads it there meets the same. */
  #bury(message: ConsumeMessage, { queue, morgue, cause }: { queue: string; morgue: Morgue | undefined; cause: unknown }): void {
    this.#options.report(`read event ${message.properties.messageId}`, cause);
    morgue?.buryIfPossible({ message, queue, reason: cause instanceof Error ? cause.message : String(cause) });
  }
}

const bound = async (channel: ConfirmChannel, queue: string, options: Options.AssertQueue, keys: readonly string[]): Promise<string> => {
  await channel.assertQueue(queue, options);
  for (const key of keys) await channel.bindQueue(queue, EVENTS, key);
  return queue;
};
