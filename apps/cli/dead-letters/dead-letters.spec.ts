import { expect, it } from 'vitest';
import { deadLetterLines, shownLines } from './dead-letters.ts';

const letter = {
  ...{ id: '0a1b2c3d4e', reason: 'read message: it is no JSON', queue: 'requests', exchange: 'berth.requests', routingKey: 'shop' },
  ...{ user: 'ci-shop', messageId: 'build-7', bytes: 120, times: 2, since: 0, at: 90_000 },
};

it('lists a dead letter with its reason', () => {
  expect(deadLetterLines([letter, { ...letter, id: 'ff', user: null }], 100_000)).toEqual([
    'LETTER      AGE  QUEUE     FROM     BYTES  TIMES  WHY',
    '0a1b2c3d4e  10s  requests  ci-shop  120    2      read message: it is no JSON',
    'ff          10s  requests  nobody   120    2      read message: it is no JSON',
  ]);
});

it('shows a dead letter so that it can be read aloud', () => {
  expect(shownLines({ ...letter, contentType: null, text: '{"id": …' }, 100_000)).toEqual([
    'why      read message: it is no JSON',
    'queue    requests, by exchange berth.requests and key shop',
    'from     ci-shop',
    'message  build-7, 120 bytes, of no named type',
    'died     10s ago, 2 times in 1m40s',
    '',
    '{"id": …',
  ]);
});
