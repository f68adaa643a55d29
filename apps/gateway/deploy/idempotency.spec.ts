import { describe, expect, it } from 'vitest';
import { History, manifestOf } from '#libs/testing/history';
import type { HttpProblem } from '../http/problem.ts';
import { assertSameBody, type DeployRequested, firstWith } from './idempotency.ts';

const wish = { actor: 'test', key: 'k1' };
const bodyHash = 'a'.repeat(64);
const manifest = manifestOf('shop', { web: {} });
const events = new History().happened('requests/shop', 'DeployRequested', {
  stack: manifest.stack,
  deployment: 'abcdefghijklmnop' as never,
  key: wish.key,
  bodyHash,
  manifest,
  images: {},
  revision: null,
}).events;

describe('firstWith', () => {
  it('finds nothing for a key that is new', () => {
    expect(firstWith([], wish)).toBeNull();
    expect(firstWith(events, { ...wish, key: 'k2' })).toBeNull();
  });

  it('finds the first request of the same key', () => {
    expect(firstWith(events, wish)?.data.deployment).toBe('abcdefghijklmnop');
  });

  it('keeps the keys of two actors apart', () => {
    expect(firstWith(events, { ...wish, actor: 'token:ci' })).toBeNull();
  });
});

describe('assertSameBody', () => {
  const first = firstWith(events, wish) as DeployRequested;

  it('lets the same body pass', () => {
    expect(assertSameBody(first, bodyHash)).toBeUndefined();
  });

  it.each([
    ['another body', 'b'.repeat(64)],
    ['a body that can not be compared any more', null],
  ])('refuses %s and names the first deployment', (_, hash) => {
    const refuse = () => assertSameBody(first, hash);
    expect(refuse).toThrow('abcdefghijklmnop');
    expect(refuse).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ status: 422, type: expect.stringContaining('idempotency-key-reused') }),
      }) as HttpProblem,
    );
  });
});
