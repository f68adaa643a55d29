import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerId } from '#libs/contracts';
import { adopt, type LeaseTable, lease, releaseAllBut } from './leases.ts';
import { firstSubnetOf } from './subnet.ts';

const subnet = firstSubnetOf('10.64.0.0/10');
const idOf = (name: string): ContainerId => name as ContainerId;
const nobody: ReadonlySet<ContainerId> = new Set();
const free: ReadonlySet<string> = new Set();
const leaseFor = (table: LeaseTable, name: string, now = 0, inUse = free) => lease(table, { container: idOf(name), subnet, inUse, now });

describe('lease', () => {
  it('gives the lowest free address, and the same one again', () => {
    const first = leaseFor([], 'a');
    const second = leaseFor(first.table, 'b');
    expect([first.address, second.address]).toEqual(['10.64.0.10', '10.64.0.11']);
    expect(leaseFor(second.table, 'a')).toEqual({ table: second.table, address: '10.64.0.10' });
  });

  it('gives an address again only when it has rested for 120 s', () => {
    const released = releaseAllBut(leaseFor([], 'a').table, nobody, 1000);
    expect(leaseFor(released, 'b', 120_999).address).toBe('10.64.0.11');
    expect(leaseFor(released, 'b', 121_000).address).toBe('10.64.0.10');
  });

  it('gives no address to which something else still leads', () => {
    expect(leaseFor([], 'a', 0, new Set(['10.64.0.10'])).address).toBe('10.64.0.11');
  });

  it('gives a container that comes back another address while the old one rests', () => {
    const released = releaseAllBut(leaseFor([], 'a').table, nobody, 0);
    expect(leaseFor(released, 'a', 1).address).toBe('10.64.0.11');
  });

  it('says that none is free', () => {
    const tiny = { ...subnet, last: subnet.first };
    expect(() => lease(leaseFor([], 'a').table, { container: idOf('z'), subnet: tiny, inUse: free, now: 0 })).toThrow(
      '10.64.0.0/20 has none free',
    );
  });
});

describe('adopt', () => {
  it('takes over what a container was found with', () => {
    const table = adopt(leaseFor([], 'a').table, idOf('b'), '10.64.0.10');
    expect(table).toEqual([{ container: 'b', address: '10.64.0.10', releasedAt: null }]);
    expect(adopt(table, idOf('b'), '10.64.0.10')).toBe(table);
  });
});

describe('any history of leases', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'd');
  const move = fc.oneof(
    fc.record({ do: fc.constant('lease' as const), name: names }),
    fc.record({ do: fc.constant('release' as const), name: names }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 130_000 }) }),
  );

  it('never gives an address to two, nor within 120 s of its release (I13)', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let table: LeaseTable = [];
        let now = 0;
        const held = new Map<string, string>();
        const releasedAt = new Map<string, number>();
        for (const each of moves) {
          if (each.do === 'wait') now += each.ms;
          if (each.do === 'release') {
            const address = held.get(each.name);
            held.delete(each.name);
            if (address) releasedAt.set(address, now);
            table = releaseAllBut(table, new Set([...held.keys()].map(idOf)), now);
          }
          if (each.do !== 'lease') continue;
          const had = held.get(each.name);
          const { address, table: next } = leaseFor(table, each.name, now);
          if (had) expect(address).toBe(had);
          else expect([...held.values()]).not.toContain(address);
          if (!had) expect(now - (releasedAt.get(address) ?? -120_000)).toBeGreaterThanOrEqual(120_000);
          held.set(each.name, address);
          table = next;
        }
      }),
    );
  });
});
