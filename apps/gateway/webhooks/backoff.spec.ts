import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles from a second to five minutes', () => {
  expect([1, 2, 3, 9, 10, 1000].map(backoffMs)).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000]);
});
