import type { BerthEvent } from '#libs/contracts';
import { Feed, type FeedBatch, type Subscription } from '../feed.ts';
import { EventQueues } from './event-queues.ts';
import type { Link } from './link.ts';
import { eventsIn } from './opened.ts';
import { runsAfter } from './order.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { FEED_KEYS, feedOptions, feedQueue } from './topology.ts';

const PREFETCH = 50;

/** A queue of the replica's own, which lives as long as its connection: what is lost with it is told by an empty batch. */
export class AmqpFeed extends Feed {
  readonly #queues: EventQueues;
  readonly #replica: string;

  constructor(link: Link, options: ReplicaOptions) {
    super();
    this.#queues = new EventQueues(link, options);
    this.#replica = options.replica;
  }

  subscribe(consumer: string, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription> {
    let last: BerthEvent | null = null;
    return this.#queues.read({
      ...{ name: `feed ${consumer}`, prefetch: PREFETCH, isTold: true },
      ...{ queue: feedQueue(consumer, this.#replica), options: feedOptions, keys: FEED_KEYS },
      open: eventsIn,
      handle: async (read) => {
        if (read.length === 0) return handle({ events: [] });
        for (const events of runsAfter(last, read)) {
          await handle({ events });
          last = events.at(-1) ?? last;
        }
      },
    });
  }

  close(): Promise<void> {
    return this.#queues.close();
  }
}
