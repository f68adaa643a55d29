import { expect, it } from 'vitest';
import type { Considered } from '#libs/contracts';
import { consideredSays } from './index.ts';

it('says who was looked at, who was left out, and what was counted of the first', () => {
  const considered: Considered = {
    ...{ hosts: 6000, fitting: 1999, position: 41 },
    excluded: [
      { reason: 'lacks tag gpu', count: 4000, hosts: ['h0001', 'h0002', 'h0004'] },
      { reason: 'is cordoned', count: 1, hosts: ['h0003'] },
    ],
    best: [
      { host: 'h0006', version: 0, service: 1, stack: 2, all: 7 },
      { host: 'h0009', isFailing: true, spread: { value: 'eu', count: 3 }, version: 0, service: 0, stack: 0, all: 0 },
    ],
  };
  expect(consideredSays(considered, 'web v2')).toEqual([
    'decided on the log up to position 41: 1999 of 6000 hosts could take web v2',
    'left out because it lacks tag gpu: h0001, h0002, h0004 and 3997 more',
    'left out because it is cordoned: h0003',
    'the first by the rule, of 1999, before any was given:',
    '  h0006: 0 of the service in this version, 1 in all versions, 2 of the stack, 7 at all',
    '  h0009: 0 of the service in this version (3 where the tag is eu), 0 in all versions, 0 of the stack, 0 at all; the service failed there again and again',
  ]);
});
