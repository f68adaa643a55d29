import { expect, it } from 'vitest';
import { guardedLookup } from './guarded-lookup.ts';

const resolved = (addresses: readonly string[], all = true): Promise<unknown> =>
  new Promise((settle) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const lookup = guardedLookup((_name, _options, done) => done(null, found));
    lookup('ci.example.com', { all }, (cause, answer) => settle(cause?.message ?? answer));
  });

it('leads where a name leads', async () => {
  expect(await resolved(['203.0.113.1', '::1'])).toEqual([
    { address: '203.0.113.1', family: 4 },
    { address: '::1', family: 6 },
  ]);
  expect(await resolved(['203.0.113.1', '203.0.113.2'], false)).toBe('203.0.113.1');
});

it.each([[['169.254.169.254']], [['203.0.113.1', 'fe80::1']]])('leads nowhere where one of %j is forbidden', async (addresses) => {
  expect(await resolved(addresses)).toContain('is link-local or no single host');
});

it('says so of a name without an address', async () => {
  expect(await resolved([])).toBe('ci.example.com has no address');
});
