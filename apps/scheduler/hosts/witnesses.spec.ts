import { beforeEach, describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, HostHello, HostId } from '#libs/contracts';
import { emptyWorld } from '#libs/domain/stack';
import { MemoryEventLog } from '#libs/event-log/memory';
import { Witnesses } from './witnesses.ts';

let clock: ManualClock;
let log: MemoryEventLog;
let witnesses: Witnesses;
const ids = new CountingIds();

const append = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    const { incarnation } = await log.head();
    const expected = { 'stack/shop': (await log.readStream('stack/shop')).length };
    const data = { stack: 'shop', version: 1 };
    const event = { id: ids.event(), type: 'VersionRetired', data, actor: 'test', correlation: 'c', causation: null } as AnyNewEvent;
    await log.append([{ incarnation, expected, events: [{ stream: 'stack/shop', event }] }]);
  }
};
const hello = (told: Partial<HostHello>, host = 'a'): HostHello => ({
  ...{
    type: 'HostHello',
    host: host as HostId,
    runId: 'r',
    tags: [],
    capacity: { milliCpus: 1, memoryBytes: 1 },
    proxy: true,
    engine: 'e',
  },
  ...told,
});
const raised = async () =>
  (await log.read({ type: 'IncarnationRaised' })).flatMap((event) =>
    event.type === 'IncarnationRaised' ? [{ ...event.data, actor: event.actor }] : [],
  );

beforeEach(() => {
  clock = new ManualClock();
  log = new MemoryEventLog(clock);
  witnesses = new Witnesses({ log, ids, clock, world: () => emptyWorld });
});

describe('a host that remembers', () => {
  it('what the log has raises nothing, and need not be asked for again', async () => {
    await append(5);
    const { lanes: _, ...anchor } = await log.head();
    const known = new Witnesses({ log, ids, clock, world: () => ({ ...emptyWorld, position: 5 }) });
    const told = hello({ heard: { incarnation: 1, position: 5 }, anchor });
    expect(known.agrees(told)).toBe(false);
    expect(await known.hear(told)).toBe(true);
    expect([known.agrees(told), await raised()]).toEqual([true, []]);
  });

  it('more than the log has raises the incarnation above all that it heard of, once for all hosts', async () => {
    await append(20);
    const heard = { incarnation: 3, position: 120 };
    expect(await witnesses.hear(hello({ heard }))).toBe(true);
    expect(await witnesses.hear(hello({ heard }, 'b'))).toBe(true);
    expect((await raised()).map(({ incarnation }) => incarnation)).toEqual([2, 3, 4]);
    expect((await raised())[0]).toMatchObject({ until: { incarnation: 1, position: 20 }, reason: 'unknown-future', actor: 'host/a' });
  });

  it('another past raises it, though the log went on beyond what is remembered', async () => {
    await append(5);
    const { lanes: _, ...anchor } = await log.head();
    log.loseAfter(3);
    await append(9);
    expect(await witnesses.hear(hello({ anchor }))).toBe(true);
    expect((await log.head()).incarnation).toBe(2);
  });

  it('the lost end of an earlier incarnation raises nothing', async () => {
    await append(5);
    const { lanes: _, ...anchor } = await log.head();
    log.loseAfter(3);
    await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'tail-lost', actor: 'test' });
    await append(3);
    expect(await witnesses.hear(hello({ anchor, heard: anchor }))).toBe(true);
    expect((await log.head()).incarnation).toBe(2);
  });

  it('ever more is believed once an hour, and what no log can be never', async () => {
    const future = (incarnation: number) => hello({ heard: { incarnation, position: 9 } });
    expect([await witnesses.hear(future(1)), await witnesses.hear(future(2))]).toEqual([true, false]);
    clock.advance(3_600_000);
    expect([await witnesses.hear(future(2)), await witnesses.hear(hello({ heard: { incarnation: 1e6, position: 1 } }, 'b'))]).toEqual([
      true,
      false,
    ]);
    expect((await log.head()).incarnation).toBe(3);
  });
});
