import { expect, it, vi } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import { MemoryEventLog } from '#libs/event-log/memory';
import { appendRetired } from '../test-stage/appended.ts';
import { InProcessFeed } from './feed.ts';

it('a feed goes on from what the log kept, with the news of the new incarnation first', async () => {
  const clock = new ManualClock();
  const ids = new CountingIds();
  const log = new MemoryEventLog(clock);
  const heard: string[] = [];
  const feed = new InProcessFeed(log, clock, (_, cause) => void heard.push(String(cause)));
  const subscription = await feed.subscribe('test', async ({ events }) => {
    heard.push(...events.map(({ incarnation, position, type }) => `${incarnation}.${position} ${type}`));
  });
  await appendRetired(log, ids, 3);
  await vi.waitUntil(() => heard.length === 3);
  log.loseAfter(1);
  await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'tail-lost', actor: 'test' });
  await appendRetired(log, ids, 1);
  await vi.waitUntil(() => heard.length === 5);
  expect(heard.slice(3)).toEqual(['2.2 IncarnationRaised', '2.3 VersionRetired']);
  await subscription.close();
});
