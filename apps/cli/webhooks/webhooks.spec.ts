import { expect, it } from 'vitest';
import { webhookLines } from './webhooks.ts';

const webhook = {
  id: 'abc',
  url: 'http://ci/',
  filter: { type: ['A', 'B'], stack: 'shop' },
  state: 'sending',
  position: 7,
  behind: 0,
} as const;
const calm = { createdAt: 0, deliveredAt: 30_000, failures: 0, lastError: null, retryAt: null };

it('says how far a webhook is, and what hinders it', () => {
  const hindered = {
    failures: 3,
    lastError: 'it answered 503',
    retryAt: 64_000,
    state: 'failing',
    behind: 9,
    deliveredAt: null,
    filter: {},
  } as const;
  expect(
    webhookLines(
      [
        { ...webhook, ...calm },
        { ...webhook, ...calm, ...hindered },
      ],
      60_000,
    ),
  ).toEqual([
    'WEBHOOK  STATE    POSITION  BEHIND  TOOK     SENDS                TO          WHY',
    'abc      sending  7         0       30s ago  type=A,B stack=shop  http://ci/',
    'abc      failing  7         9       never    everything           http://ci/  it answered 503, 3 times; again in 4s',
  ]);
});
