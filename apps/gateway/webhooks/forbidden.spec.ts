import { expect, it } from 'vitest';
import { isForbidden, literalOf } from './forbidden.ts';

it.each([
  ['http://169.254.169.254/latest/meta-data', true],
  ['http://2852039166/', true],
  ['http://0xa9.0xfe.0xa9.0xfe/', true],
  ['http://[::ffff:169.254.169.254]/', true],
  ['http://[64:ff9b::169.254.169.254]/', true],
  ['http://[fe80::1]/', true],
  ['http://[fd00:ec2::254]/', true],
  ['http://0.0.0.0/', true],
  ['http://255.255.255.255/', true],
  ['http://127.0.0.1:9/', false],
  ['http://[::1]/', false],
  ['http://10.1.2.3/', false],
  ['http://203.0.113.9/', false],
])('of %s it is %s that it is forbidden', (url, is) => {
  expect(isForbidden(literalOf(new URL(url)) ?? '')).toBe(is);
});

it('leaves names to whoever resolves them', () => {
  expect(literalOf(new URL('http://metadata.internal/'))).toBeNull();
});
