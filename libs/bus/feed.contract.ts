import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import type { Feed, FeedBatch, Subscription } from './feed.ts';
import { Heard } from './test-stage/heard.ts';

export interface OpenedFeed {
  readonly feed: Feed;
  /** Puts so many events into the log behind the feed, in one go; gives back the position of the last. */
  append(count: number): Promise<number>;
  close(): Promise<void>;
}

/** What every `Feed` keeps. */
export const feedContract = (name: string, open: () => Promise<OpenedFeed>): void => {
  describe(`${name}: a feed`, () => {
    let opened: OpenedFeed;
    let subscriptions: Subscription[];

    beforeEach(async () => {
      opened = await open();
      subscriptions = [];
    });
    afterEach(async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await opened.close();
    });

    const subscribe = async (consumer: string, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription> => {
      // An empty batch says "read on" and may come at any time.
      const subscription = await opened.feed.subscribe(consumer, async (batch) => (batch.events.length > 0 ? handle(batch) : undefined));
      subscriptions.push(subscription);
      return subscription;
    };
    const listen = async (consumer: string): Promise<Heard<BerthEvent>> => {
      const heard = new Heard<BerthEvent>();
      await subscribe(consumer, async ({ events }) => {
        for (const event of events) heard.add(event);
      });
      return heard;
    };
    const upTo = (position: number) => (events: readonly BerthEvent[]) => events.at(-1)?.position === position;
    const positions = (events: readonly BerthEvent[]) => events.map(({ position }) => position);
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

    it('begins with what is appended after the subscription, and keeps the order', async () => {
      const before = await opened.append(3);
      const heard = await listen('one');
      const last = await opened.append(250);
      await heard.until(upTo(last));
      expect(positions(heard.all)).toEqual(range(before + 1, last));
    });

    it('gives events as the log holds them', async () => {
      const heard = await listen('one');
      await heard.until(upTo(await opened.append(1)));
      expect(heard.all[0]).toMatchObject({ type: 'VersionRetired', stream: 'stack/shop', actor: 'test', causation: null, v: 1 });
      expect(heard.all[0]?.data).toEqual({ stack: 'shop', version: 1 });
    });

    it('gives every consumer all of it', async () => {
      const [one, two] = [await listen('one'), await listen('two')];
      const last = await opened.append(5);
      await Promise.all([one.until(upTo(last)), two.until(upTo(last))]);
      expect(two.all).toEqual(one.all);
    });

    it('hands over one batch at a time, of at most 500, without a gap inside', async () => {
      const heard = new Heard<readonly BerthEvent[]>();
      let running = 0;
      await subscribe('one', async ({ events }) => {
        expect(++running).toBe(1);
        await Promise.resolve();
        running--;
        heard.add(events);
      });
      await opened.append(400);
      const last = await opened.append(400);
      await heard.until((batches) => upTo(last)(batches.at(-1) ?? []));
      for (const batch of heard.all) {
        expect(batch.length).toBeLessThanOrEqual(500);
        expect(positions(batch)).toEqual(range(batch[0]?.position ?? 0, batch.at(-1)?.position ?? 0));
      }
    });

    it('gives the same batch again to a handler that failed, before anything else', async () => {
      const heard = new Heard<readonly number[]>();
      await subscribe('one', async ({ events }) => {
        heard.add(positions(events));
        if (heard.all.length <= 2) throw new Error('no room');
      });
      await opened.append(2);
      await heard.until((batches) => batches.length === 3);
      expect(heard.all[1]).toEqual(heard.all[0]);
      expect(heard.all[2]).toEqual(heard.all[0]);
    });

    it('closes a subscription when its handler has ended, and gives it nothing more', async () => {
      const started = Promise.withResolvers<void>();
      const free = Promise.withResolvers<void>();
      const ends: string[] = [];
      const subscription = await subscribe('one', async () => {
        started.resolve();
        await free.promise;
        ends.push('handler');
      });
      const other = await listen('two');
      await opened.append(1);
      await started.promise;
      const closed = subscription.close().then(() => ends.push('subscription'));
      free.resolve();
      await closed;
      const last = await opened.append(1);
      await other.until(upTo(last));
      expect(ends).toEqual(['handler', 'subscription']);
    });
  });
};
