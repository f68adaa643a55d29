import { describe, expect, it } from 'vitest';
import { History, manifestOf } from '#libs/testing/history';
import type { HttpProblem } from '../http/problem.ts';
import { repeatedBy } from './idempotency.ts';

const wish = { actor: 'test', key: 'k1', bodyHash: 'a'.repeat(64) };
const manifest = manifestOf('shop', { web: {} });
const events = new History().happened('requests/shop', 'DeployRequested', {
  stack: manifest.stack,
  deployment: 'abcdefghijklmnop' as never,
  key: wish.key,
  bodyHash: wish.bodyHash,
  manifest,
  images: {},
  revision: null,
}).events;

describe('repeatedBy', () => {
  it('finds nothing for a key that is new', () => {
    expect(repeatedBy([], wish)).toBeNull();
    expect(repeatedBy(events, { ...wish, key: 'k2' })).toBeNull();
  });

  it('finds the first request of the same key and body', () => {
    expect(repeatedBy(events, wish)?.data.deployment).toBe('abcdefghijklmnop');
  });

  it('keeps the keys of two actors apart', () => {
    expect(repeatedBy(events, { ...wish, actor: 'token:ci' })).toBeNull();
  });

  it('refuses the same key with another body and names the first deployment', () => {
    const refuse = () => repeatedBy(events, { ...wish, bodyHash: 'b'.repeat(64) });
    expect(refuse).toThrow('abcdefghijklmnop');
    expect(refuse).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ status: 422, type: expect.stringContaining('idempotency-key-reused') }),
      }) as HttpProblem,
    );
  });
});
