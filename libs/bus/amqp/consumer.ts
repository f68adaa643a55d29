import type { ConfirmChannel } from 'amqplib';
import type { Subscription } from '../feed.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import type { Link } from './link.ts';
import { StandingChannel } from './standing-channel.ts';

export interface ConsumerOptions extends IntakeOptions {
  /** The broker sends so many before the first is acknowledged. */
  readonly prefetch: number;
  /** Of several that wait for one queue the highest gets it, where the broker can do that. */
  readonly priority?: number;
  /** Asserts the queue with its bindings, and names it. */
  readonly assertQueue: (channel: ConfirmChannel) => Promise<string>;
  /** Calls the handler with nothing whenever messages may have been missed: at the beginning, and after the queue or connection was lost. */
  readonly isTold?: boolean;
}

/** Consumes a queue, whatever becomes of it. Resolves when messages come, or when it is clear that they come later. */
export const consume = async (link: Link, options: ConsumerOptions): Promise<Subscription> => {
  const { name, clock, report, prefetch, assertQueue, isTold, priority = 0 } = options;
  const intake = new Intake(options);
  let stopDeliveries = async (): Promise<void> => undefined;
  const setUp = async (channel: ConfirmChannel, reopen: () => void): Promise<void> => {
    intake.follow(channel);
    channel.on('close', () => intake.leave(channel));
    await channel.prefetch(prefetch);
    const queue = await assertQueue(channel);
    // The broker says null when it takes the queue away.
    const { consumerTag } = await channel.consume(queue, (message) => (message ? intake.take(channel, message) : reopen()), { priority });
    stopDeliveries = async () => void (await channel.cancel(consumerTag).catch(() => undefined));
    if (isTold) intake.tellOfMissed();
  };
  const channel = new StandingChannel(link, { name, clock, report, setUp });
  await channel.started;
  return {
    close: async () => {
      await Promise.all([intake.close(), stopDeliveries()]);
      await channel.close();
    },
  };
};

/** Ends all that was subscribed, at once. */
export class Subscriptions {
  readonly #open = new Set<Subscription>();

  add(subscription: Subscription): Subscription {
    this.#open.add(subscription);
    return {
      close: async () => {
        this.#open.delete(subscription);
        await subscription.close();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((subscription) => subscription.close()));
    this.#open.clear();
  }
}
