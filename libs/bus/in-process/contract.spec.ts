import { CountingIds, SystemClock } from '#libs/clock';
import { MemoryEventLog } from '#libs/event-log/memory';
import { feedContract } from '../feed.contract.ts';
import { mailContract } from '../mail.contract.ts';
import { appendRetired } from '../test-stage/appended.ts';
import { InProcessFeed, InProcessMail } from './index.ts';

feedContract('in process', async () => {
  const clock = new SystemClock();
  const log = new MemoryEventLog(clock);
  const ids = new CountingIds();
  return {
    feed: new InProcessFeed(log, clock, () => undefined),
    append: async (count) => (await appendRetired(log, ids, count)).at(-1)?.position ?? 0,
    close: async () => undefined,
  };
});

mailContract('in process', async () => {
  const mail = new InProcessMail(() => undefined);
  return { service: mail, agent: mail, close: async () => undefined };
});
