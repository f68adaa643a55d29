import { expect, it, vi } from 'vitest';
import { CountingIds, SystemClock } from '#libs/clock';
import type { AnyNewEvent, StackName } from '#libs/contracts';
import { MemoryEventLog } from '../memory/index.ts';
import { MemoryLeases } from './memory-leases.ts';
import { startRelay } from './relay.ts';

it('a relay that sent what the log then lost sends what came instead', async () => {
  const clock = new SystemClock();
  const ids = new CountingIds();
  const log = new MemoryEventLog(clock);
  const append = async (stack: string, incarnation = 1): Promise<void> => {
    const data = { stack: stack as StackName, version: 1 };
    const event = { id: ids.event(), type: 'VersionRetired', data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
    await log.append([{ incarnation, expected: { [`stack/${stack}`]: 0 }, events: [{ stream: `stack/${stack}`, event }] }]);
  };
  const sent: string[] = [];
  const publish = async (events: readonly { readonly incarnation: number; readonly position: number }[]): Promise<void> =>
    void sent.push(...events.map(({ incarnation, position }) => `${incarnation}.${position}`));
  const relay = startRelay({ log, leases: new MemoryLeases(clock), publisher: { publish }, clock, ids, report: () => undefined });
  for (const stack of ['a', 'b', 'c', 'd']) await append(stack);
  await vi.waitUntil(() => sent.includes('1.4'));
  log.loseAfter(2);
  await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'tail-lost', actor: 'test' });
  await vi.waitUntil(() => sent.includes('2.3'), { timeout: 5000 });
  await relay.close();
  expect(sent.indexOf('2.3')).toBeGreaterThan(sent.indexOf('1.4'));
});
