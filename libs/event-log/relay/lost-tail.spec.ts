import { expect, it, vi } from 'vitest';
import { CountingIds, SystemClock } from '#libs/clock';
import { item, retired } from '../event-log.contract.ts';
import { MemoryEventLog } from '../memory/index.ts';
import { MemoryLeases } from './memory-leases.ts';
import { startRelay } from './relay.ts';

it('a relay that sent what the log then lost sends what came instead', async () => {
  const clock = new SystemClock();
  const ids = new CountingIds();
  const log = new MemoryEventLog(clock);
  const sent: string[] = [];
  const publish = async (events: readonly { readonly incarnation: number; readonly position: number }[]): Promise<void> =>
    void sent.push(...events.map(({ incarnation, position }) => `${incarnation}.${position}`));
  const relay = startRelay({ log, leases: new MemoryLeases(clock), publisher: { publish }, clock, ids, report: () => undefined });
  for (const stack of ['a', 'b', 'c', 'd']) await log.append([item({ [`stack/${stack}`]: 0 }, [retired(stack, 1, ids.event())])]);
  await vi.waitUntil(() => sent.includes('1.4'));
  log.loseAfter(2);
  await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'tail-lost', actor: 'test' });
  await vi.waitUntil(() => sent.includes('2.3'), { timeout: 5000 });
  await relay.close();
  expect(sent.indexOf('2.3')).toBeGreaterThan(sent.indexOf('1.4'));
});
