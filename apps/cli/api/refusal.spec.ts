import { expect, it } from 'vitest';
import { exitCodeOf, refusalOf } from './refusal.ts';

it.each([
  [401, 'urn:berth:problem:token-needed', 7],
  [403, 'about:blank', 7],
  [409, 'about:blank', 6],
  [422, 'urn:berth:problem:idempotency-key-reused', 6],
  [422, 'urn:berth:problem:body-refused', 2],
  [404, 'about:blank', 2],
  [503, 'urn:berth:problem:not-now', 8],
  [500, 'urn:berth:problem:internal', 1],
])('status %d of %s ends with exit code %d', (status, type, code) => {
  expect(exitCodeOf(status, { type, title: '', status, detail: '' })).toBe(code);
});

it('tells of an answer that is no problem document', async () => {
  expect((await refusalOf(new Response('<html>bad gateway', { status: 502 }), true)).message).toBe('HTTP 502: <html>bad gateway');
});

it('says how to set a token when none was sent', async () => {
  const body = JSON.stringify({ type: 'x', title: 'Token needed', status: 401, detail: 'send it' });
  expect((await refusalOf(new Response(body, { status: 401 }), false)).message).toContain('set BERTH_TOKEN');
});
