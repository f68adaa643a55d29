import { expect, it } from 'vitest';
import { eventLogContract, item, JumpingClock, retired } from '../event-log.contract.ts';
import { MemoryEventLog } from './memory-event-log.ts';

eventLogContract('MemoryEventLog', async () => {
  const clock = new JumpingClock();
  const log = new MemoryEventLog(clock);
  return { log, other: log, clock };
});

it('gives events that nobody can change', async () => {
  const log = new MemoryEventLog(new JumpingClock());
  await log.append([item({ 'stack/a': 0 }, [retired('a')])]);
  const [event] = await log.read({});
  expect(() => Object.assign(event?.data ?? {}, { version: 9 })).toThrow(TypeError);
});
