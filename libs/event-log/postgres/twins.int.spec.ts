import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import type { AnyNewEvent, EventId } from '#libs/contracts';
import type { AppendItem } from '../event-log.ts';
import { MemoryEventLog } from '../memory/index.ts';
import { TwoLogs } from './test-logs.ts';

const clock = new ManualClock();
let logs: TwoLogs;

beforeAll(async () => {
  logs = await TwoLogs.open(clock);
});
afterAll(() => logs.close());

/** Few values each, so that repeats, conflicts and clashes are common. */
const stack = fc.constantFrom('a', 'b', 'c');
const small = fc.nat({ max: 3 });
const text = fc.oneof(fc.constantFrom('x', 'ü😀', 'a"b\\', '1:a,', '-', ''), fc.string({ unit: 'binary' }));

const wish = fc.record({ stack, version: fc.integer({ min: 1, max: 2 }), id: fc.nat({ max: 20 }), actor: text, cause: fc.boolean() });

const eventOf = ({
  stack: name,
  version,
  id,
  actor,
  cause,
}: typeof wish extends fc.Arbitrary<infer T> ? T : never): AppendItem['events'][number] => ({
  stream: `stack/${name}`,
  event: {
    id: idOf(id),
    type: 'VersionRetired',
    data: { stack: name, version },
    actor,
    correlation: actor,
    causation: cause ? idOf(0) : null,
  } as AnyNewEvent,
});

const idOf = (n: number): EventId => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}` as EventId;

const anItem: fc.Arbitrary<AppendItem> = fc
  .record({
    incarnation: fc.constantFrom(1, 1, 1, 1, 2),
    wishes: fc.array(wish, { maxLength: 3 }),
    expected: fc.dictionary(fc.constantFrom('stack/a', 'stack/b', 'stack/c', 'hosts', '😀', '\uffee'), small, { noNullPrototype: true }),
  })
  .map(({ incarnation, wishes, expected }) => ({ incarnation, expected, events: wishes.map(eventOf) }));

const aMove = fc.record({
  consumer: fc.constantFrom('x', 'y'),
  ...{ lane: small, incarnation: fc.constantFrom(1, 1, 1, 2), from: small, to: small, fence: fc.nat({ max: 1 }) },
});

/** Most items expect what is so, so that logs grow. */
const truthful = async (log: MemoryEventLog, items: readonly AppendItem[]): Promise<readonly AppendItem[]> => {
  const versions = new Map<string, number>();
  for (const { stream, version } of await log.read({ limit: 1000 })) versions.set(stream, version);
  return items.map((item) => ({
    ...item,
    expected: Object.fromEntries(
      [...Object.keys(item.expected), ...item.events.map(({ stream }) => stream)].map((stream) => [
        stream,
        item.expected[stream] === 3 ? 3 : (versions.get(stream) ?? 0),
      ]),
    ),
  }));
};

it('both twins answer any calls alike and hold the same bytes afterwards', async () => {
  const call = fc.record({
    move: aMove,
    items: fc.array(anItem, { maxLength: 5 }),
    isTruthful: fc.constantFrom(true, true, true, false),
    ms: small,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      await logs.empty();
      const memory = new MemoryEventLog(clock);
      for (const { items, move, isTruthful, ms } of calls) {
        clock.advance(ms);
        const told = isTruthful ? await truthful(memory, items) : items;
        expect(await logs.log.append(told)).toEqual(await memory.append(told));
        expect(await logs.log.moveCheckpoint(move)).toBe(await memory.moveCheckpoint(move));
      }
      expect(await logs.log.head()).toEqual(await memory.head());
      expect(await logs.log.readStored(0, 1000)).toEqual(await memory.readStored(0, 1000));
      for (const consumer of ['x', 'y'])
        for (const lane of [0, 1, 2, 3]) expect(await logs.log.checkpoint(consumer, lane)).toBe(await memory.checkpoint(consumer, lane));
    }),
    { numRuns: 150 },
  );
}, 120_000);
