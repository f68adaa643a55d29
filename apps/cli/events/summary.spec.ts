import { expect, it } from 'vitest';
import { eventTypes } from '#libs/contracts';
import { begunEvents, promotedEvents, wireEvent } from '../testing/wire.ts';
import { summaryOf } from './summary.ts';

it('says what each event of a deployment is about', () => {
  expect(
    promotedEvents()
      .map((event) => summaryOf(event))
      .slice(1, 5),
  ).toEqual([
    'version 2 by deployment abcdefghijklmnop',
    'version 2 replaces 1',
    'shop-web-1-abcdefgh-1 on main',
    'shop-web-1-abcdefgh-1 at 10.64.0.5',
  ]);
});

it('is empty for a type that this program does not know', () => {
  expect(summaryOf({ ...begunEvents()[0], type: 'NeverHeardOf' } as never)).toBe('');
});

it('knows every type of the catalog', () => {
  const lists = {
    servers: [],
    placements: [],
    excluded: [],
    containers: ['c'],
    proxies: [],
    tags: ['a'],
    for: ['c'],
    counts: [],
    hosts: ['one'],
    held: [],
    gone: [],
    silent: [],
    moves: [{ container: 'c', host: 'h' }],
    added: ['ssd'],
    removed: [],
    change: { kind: 'to', replicas: 1 },
    streams: ['s'],
    service: 'web',
  };
  const more = { generation: { incarnation: 1, position: 1 }, cause: { message: 'x' }, waited: {}, reason: 'x', fix: 'x', revision: null };
  const silent = eventTypes.filter((type) => summaryOf(wireEvent(1, type, { ...lists, ...more } as never)) === '');
  expect(silent).toEqual(['ContainersPlaced']);
});
