import { describe, expect, it } from 'vitest';
import { others, upstreamsOf } from './upstreams.ts';

const self = { address: '10.64.0.1', port: 53 };

describe('upstreamsOf', () => {
  it('takes the first two name servers of the host', () => {
    const text = '# by hand\nsearch example.com\nnameserver 192.0.2.1\n  nameserver\t2001:db8::1\nnameserver 192.0.2.3\n';
    expect(upstreamsOf(text, self).map(({ address }) => address)).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  it('never takes the resolver itself', () => {
    expect(upstreamsOf('nameserver 10.64.0.1\nnameserver 192.0.2.1\n', self)).toEqual([{ address: '192.0.2.1', port: 53 }]);
    expect(others(['10.64.0.1#54'], self)).toEqual([{ address: '10.64.0.1', port: 54 }]);
  });

  it('leaves out what is no address', () => {
    expect(upstreamsOf('nameserver dns.example.com\nnameserver\n', self)).toEqual([]);
    expect(others(['192.0.2.1#0', '192.0.2.1#x', ''], self)).toEqual([]);
  });
});
