import { describe, expect, it } from 'vitest';
import { addressOf, firstSubnetOf } from './subnet.ts';

describe('firstSubnetOf', () => {
  it('takes the first /20 of the pool, and keeps its ends for gateway and engine', () => {
    const subnet = firstSubnetOf('10.64.0.0/10');
    expect(subnet).toMatchObject({ cidr: '10.64.0.0/20', gateway: '10.64.0.1', engineRange: '10.64.15.248/29' });
    expect([addressOf(subnet.first), addressOf(subnet.last)]).toEqual(['10.64.0.10', '10.64.15.247']);
  });

  it('reads a pool that is written by an address inside it', () => {
    expect(firstSubnetOf('192.168.77.5/16').cidr).toBe('192.168.0.0/20');
  });

  it.each(['10.64.0.0', '10.64.0.0/24', '10.64.0/10', '300.1.1.1/10', 'x/10', '10.0.0.0/4'])('refuses %s', (pool) => {
    expect(() => firstSubnetOf(pool)).toThrow(`read pool ${pool}: use an IPv4 range of at least a /20`);
  });
});
