import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Clock } from '#libs/clock';
import type { BerthEvent } from '#libs/contracts';
import { Feed, type FeedBatch, type Subscription } from '../feed.ts';
import { consume, Subscriptions } from './consumer.ts';
import type { Link } from './link.ts';
import { runsAfter } from './order.ts';
import { EVENTS, feedOptions, feedQueue } from './topology.ts';
import { decodeEvent } from './wire.ts';

export interface ReplicaOptions {
  readonly service: string;
  readonly replica: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}

const BATCH = 100;
const PREFETCH = 200;

/** A queue of the replica's own, which lives as long as its connection: what is lost with it is told by an empty batch. */
export class AmqpFeed extends Feed {
  readonly #link: Link;
  readonly #options: ReplicaOptions;
  readonly #subscriptions = new Subscriptions();

  constructor(link: Link, options: ReplicaOptions) {
    super();
    this.#link = link;
    this.#options = options;
  }

  async subscribe(consumer: string, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription> {
    const { replica, clock, report } = this.#options;
    const queue = feedQueue(consumer, replica);
    let last: BerthEvent | null = null;
    const subscription = await consume(this.#link, {
      ...{ name: `feed ${consumer}`, clock, report, limit: BATCH, prefetch: PREFETCH, isTold: true },
      assertQueue: (channel) => bound(channel, queue),
      handle: async (messages) => {
        if (messages.length === 0) return handle({ events: [] });
        for (const events of runsAfter(last, readable(messages, report))) {
          await handle({ events });
          last = events.at(-1) ?? last;
        }
      },
    });
    return this.#subscriptions.add(subscription);
  }

  close(): Promise<void> {
    return this.#subscriptions.close();
  }
}

/** What can't be read here is left out: the log has it, and whoever reads it there meets the same. */
export const readable = (messages: readonly ConsumeMessage[], report: ReplicaOptions['report']): readonly BerthEvent[] =>
  messages.flatMap(({ content, properties }) => {
    try {
      return [decodeEvent(content)];
    } catch (cause) {
      report(`read event ${properties.messageId}`, cause);
      return [];
    }
  });

const bound = async (channel: ConfirmChannel, queue: string): Promise<string> => {
  await channel.assertQueue(queue, feedOptions);
  await channel.bindQueue(queue, EVENTS, '#');
  return queue;
};
