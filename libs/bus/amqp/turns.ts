import type { ConfirmChannel } from 'amqplib';
import { LANES } from '#libs/contracts';
import type { FeedBatch, Subscription } from '../feed.ts';
import { Turns } from '../turns.ts';
import { consume, Subscriptions } from './consumer.ts';
import { type ReplicaOptions, readable } from './feed.ts';
import type { Link } from './link.ts';
import { EVENTS, laneKeys, turnOptions, turnQueue } from './topology.ts';

const BATCH = 100;
const PREFETCH = 100;

/** A durable queue for each lane, of which the broker lets one replica read; the next one gets what that one left. */
export class AmqpTurns extends Turns {
  readonly #link: Link;
  readonly #options: ReplicaOptions;
  readonly #subscriptions = new Subscriptions();

  constructor(link: Link, options: ReplicaOptions) {
    super();
    this.#link = link;
    this.#options = options;
  }

  async take(consumer: string, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription> {
    const lanes = Array.from({ length: LANES }, (_, lane) => this.#takeLane(consumer, lane, handle));
    const subscriptions = await Promise.all(lanes);
    const all = { close: async () => void (await Promise.all(subscriptions.map((subscription) => subscription.close()))) };
    return this.#subscriptions.add(all);
  }

  close(): Promise<void> {
    return this.#subscriptions.close();
  }

  #takeLane(consumer: string, lane: number, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription> {
    const { clock, report } = this.#options;
    return consume(this.#link, {
      ...{ name: `turn ${consumer} of lane ${lane}`, clock, report, limit: BATCH, prefetch: PREFETCH },
      assertQueue: (channel) => bound(channel, turnQueue(consumer, lane), laneKeys(lane)),
      handle: async (messages) => {
        const events = readable(messages, report);
        if (events.length > 0) await handle({ events });
      },
    });
  }
}

const bound = async (channel: ConfirmChannel, queue: string, keys: string): Promise<string> => {
  await channel.assertQueue(queue, turnOptions);
  await channel.bindQueue(queue, EVENTS, keys);
  return queue;
};
