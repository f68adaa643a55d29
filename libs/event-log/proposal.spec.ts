import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CountingIds, ManualClock } from '#libs/clock';
import { type AnyNewEvent, Editions, editions } from '#libs/contracts';
import { MemoryEventLog } from './memory/index.ts';
import { readStored } from './stored.ts';

const ids = new CountingIds();
const appended = (log: MemoryEventLog, stream: string, type: string, data: unknown, version = 0) => {
  const event = { id: ids.event(), type, data, actor: 'test', correlation: 'c', causation: null } as unknown as AnyNewEvent;
  return log.append([{ incarnation: 1, expected: { [stream]: version }, events: [{ stream, event }] }]);
};

describe('an append refuses, with its reason,', () => {
  it.each([
    ['a type that nobody knows', 'hosts', 'HostExploded', { host: 'a' }, 'no type is called HostExploded'],
    ['data against their schema', 'hosts', 'HostTagged', { host: 'a' }, 'tags'],
    ['no data at all', 'hosts', 'HostTagged', null, 'expected object'],
    ['another stream than its own', 'fleet', 'HostTagged', { host: 'a', tags: [] }, 'it belongs to stream hosts, not to fleet'],
    ['the stream of another stack', 'stack/a', 'VersionRetired', { stack: 'b', version: 1 }, 'belongs to stream stack/b'],
    ['more than a mebibyte', 'hosts', 'HostTagged', { host: 'a', tags: ['x'.repeat(2 ** 20)] }, 'more than 1048576 bytes'],
  ])('%s', async (_, stream, type, data, reason) => {
    const log = new MemoryEventLog(new ManualClock());
    expect(await appended(log, stream, type, data)).toEqual([{ status: 'refused', reason: expect.stringContaining(reason) }]);
    expect((await log.head()).position).toBe(0);
  });
});

describe('what is read from the log', () => {
  const stored = {
    ...{ position: 1, incarnation: 1, lane: 0, laneNo: 1, stream: 'stack/a', version: 1, id: 'x', type: 'VersionRetired', v: 1 },
    ...{ concerns: 'stack' as const, subject: 'a', at: 0, actor: 'test', correlation: 'c', causation: null, hash: '' },
    data: '{"stack":"a","version":1}',
  };

  it.each([
    ['a newer version than is known', { v: 2 }, 'version 2 is newer than 1'],
    ['an unknown type', { type: 'Unheard' }, 'no type is called Unheard'],
    ['broken JSON', { data: '{' }, 'JSON'],
  ])('names %s and where it stands', (_, odd, reason) => {
    expect(() => readStored({ ...stored, ...odd })).toThrow(`read position 1, version 1 of stack/a: `);
    expect(() => readStored({ ...stored, ...odd })).toThrow(reason);
  });
});

describe('a new version of an event', () => {
  /** A second version of `VersionRetired`, which says who told it. */
  const newer = new Editions({
    FormatRaised: editions.versions('FormatRaised'),
    VersionRetired: [
      ...editions.versions('VersionRetired'),
      {
        schema: z.strictObject({ stack: z.string(), version: z.int(), by: z.string() }),
        format: 2,
        upcast: (older) => ({ ...older, by: 'nobody' }),
        downcast: ({ by: _, ...older }) => older,
      },
    ],
  });

  it('is written only after the format was raised, and all are read alike', async () => {
    const log = new MemoryEventLog(new ManualClock(), newer);
    const data = (version: number) => ({ stack: 'a', version, by: 'me' });
    await appended(log, 'stack/a', 'VersionRetired', data(1));
    await appended(log, 'platform', 'FormatRaised', { format: 2 });
    await appended(log, 'stack/a', 'VersionRetired', data(2), 1);
    expect((await log.readStored(0, 3)).map(({ v, data: text }) => [v, text])).toEqual([
      [1, '{"stack":"a","version":1}'],
      [1, '{"format":2}'],
      [2, '{"stack":"a","version":2,"by":"me"}'],
    ]);
    expect((await log.readStream('stack/a')).map((event) => [event.v, event.data])).toEqual([
      [2, { stack: 'a', version: 1, by: 'nobody' }],
      [2, { stack: 'a', version: 2, by: 'me' }],
    ]);
  });
});
