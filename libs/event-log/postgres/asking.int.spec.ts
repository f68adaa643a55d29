import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import { type AnyNewEvent, Transient } from '#libs/contracts';
import type { AppendItem, EventQuery } from '../event-log.ts';
import { MemoryEventLog } from '../memory/index.ts';
import { ViewRunner } from '../views/view-runner.ts';
import { mentionsView } from './mentions.ts';
import { TwoLogs } from './test-logs.ts';

const clock = new ManualClock(1_000_000);
const ids = new CountingIds();
let logs: TwoLogs;

beforeAll(async () => {
  logs = await TwoLogs.open(clock);
});
afterAll(() => logs.close());
beforeEach(() => logs.empty());

const fill = (): Promise<void> => new ViewRunner({ pool: logs.pool, log: logs.log, view: mentionsView }).start();

const few = fc.constantFrom('a', 'b', 'c');
const happening = fc.record({ type: fc.constantFrom('VersionRetired', 'ContainerStopped', 'ContainersRetired'), stack: few, host: few });
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Each on the stream of its stack, so that streams, stacks, hosts and containers differ. */
const eventOf = ({ type, stack, host }: Happening): AppendItem['events'][number] => {
  const container = `${stack}-${host}`;
  const data = {
    VersionRetired: { stack, version: 1 },
    ContainerStopped: { stack, host, container },
    ContainersRetired: { stack, containers: [container, `${host}-${stack}`], reason: 'drained', waited: { ms: 0, drained: true } },
  }[type];
  const more = { actor: host, correlation: stack, causation: host === 'a' ? null : CAUSE };
  return {
    stream: type === 'ContainerStopped' ? `host/${host}` : `stack/${stack}`,
    event: { id: ids.event(), type, data, ...more } as unknown as AnyNewEvent,
  };
};
const CAUSE = '00000000-0000-7000-8000-ffffffffffff';

const time = fc.integer({ min: 0, max: 60 });
const aQuery: fc.Arbitrary<EventQuery> = fc.record(
  {
    stack: few,
    stream: fc.constantFrom('stack/a', 'stack/b', 'host/a', 'host/c', 'hosts'),
    type: fc.oneof(
      fc.constant('VersionRetired'),
      fc.subarray(['VersionRetired', 'ContainerStopped', 'ContainersRetired'], { minLength: 1 }),
    ),
    host: few,
    container: fc.constantFrom('a-b', 'b-a', 'c-c', 'none'),
    actor: few,
    correlation: few,
    causation: fc.constantFrom(CAUSE, 'none'),
    after: fc.nat({ max: 30 }),
    before: fc.nat({ max: 40 }),
    from: time,
    until: time,
    order: fc.constantFrom('oldest', 'newest'),
    limit: fc.nat({ max: 8 }),
  },
  { requiredKeys: [] },
);

describe('any question', () => {
  it('is answered alike by both twins, however far the mentions are filled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 30 }),
        fc.nat({ max: 30 }),
        fc.array(aQuery, { maxLength: 12 }),
        async (all, filled, asked) => {
          await logs.empty();
          const memory = new MemoryEventLog(clock);
          const began = clock.now();
          for (const [n, wish] of all.entries()) {
            const { stream, event } = eventOf(wish);
            const expected = { [stream]: (await memory.readStream(stream)).length };
            clock.advance(n % 3);
            for (const log of [memory, logs.log]) await log.append([{ incarnation: 1, expected, events: [{ stream, event }] }]);
            if (n === filled) await fill();
          }
          for (const { from, until, ...query } of asked) {
            const times = {
              ...(from === undefined ? {} : { from: began + from }),
              ...(until === undefined ? {} : { until: began + until }),
            };
            expect(await logs.log.read({ ...query, ...times }), JSON.stringify(query)).toEqual(await memory.read({ ...query, ...times }));
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

it('says so when too much is missing in the index of mentions, and answers once it is there', async () => {
  await logs.pool.query(`insert into events select n, 1, 0, n, 'stack/s', n, n::text, 'VersionRetired', 1, 'stack', 's', 0, 'me', 'c', null,
    '{"stack":"s","version":1}', '' from generate_series(1, 20100) n`);
  await logs.pool.query('update head set position = 20100');
  await expect(logs.log.read({ actor: 'me' })).rejects.toThrow(Transient);
  expect((await logs.log.read({ actor: 'me', after: 20_000 })).length).toBe(100);
  await fill();
  expect((await logs.log.read({ actor: 'me', order: 'newest', limit: 2 })).map(({ position }) => position)).toEqual([20_100, 20_099]);
});

it('finds places in a log whose oldest part was put aside', async () => {
  const wish = (n: number) => ({
    incarnation: 1,
    expected: { 'stack/a': n },
    events: [eventOf({ type: 'VersionRetired', stack: 'a', host: 'a' })],
  });
  for (let n = 0; n < 6; n++) {
    clock.advance(10);
    await logs.log.append([wish(n)]);
  }
  await logs.pool.query('delete from events where position in (1, 2, 4)');
  const positions = async (query: EventQuery) => (await logs.log.read(query)).map(({ position }) => position);
  expect(await positions({ from: clock.now() - 45 })).toEqual([3, 5, 6]);
  expect(await positions({ from: clock.now() - 20 })).toEqual([5, 6].slice(-2));
  expect(await positions({ until: clock.now() - 10 })).toEqual([3]);
  expect(await positions({ stream: 'stack/a', after: 3 })).toEqual([5, 6]);
  expect(await positions({ stream: 'stack/a', before: 4 })).toEqual([3]);
});
