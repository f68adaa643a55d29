import { expect, it } from 'vitest';
import type { WhyNode } from '#libs/contracts';
import { whyLines } from './why.ts';

const node = (type: string, more: Partial<WhyNode> = {}): WhyNode => ({
  ...{ id: type, position: 1, at: 0, type, actor: 'test', says: 'so', why: null, isSubject: false, effects: [], more: [] },
  ...more,
});

it('indents effects below their cause, marks what was asked about and counts what is alike', () => {
  const placed = node('Placed', {
    why: 'no\nother host',
    isSubject: true,
    effects: [node('Started')],
    more: [{ type: 'Started', count: 998 }],
  });
  const lines = whyLines({ about: 'event', id: 'x', says: ['in short'], roots: [node('Asked', { effects: [placed] })], isCut: false });
  expect(lines).toEqual([
    'in short',
    '',
    '00:00:00.000 Asked: so',
    '└ > 00:00:00.000 Placed: so',
    '  │ because: no other host',
    '  ├ 00:00:00.000 Started: so',
    '  └ 998 more Started, each with what followed',
  ]);
});
