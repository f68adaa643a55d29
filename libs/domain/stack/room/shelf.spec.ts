import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostId } from '#libs/contracts';
import { covers, Shelf, type Stand } from './shelf.ts';

const stand = fc.record({ nth: fc.nat(250), count: fc.nat(6), milliCpus: fc.nat(4), memoryBytes: fc.nat(4), goes: fc.boolean() });
/** Each turn moves some hosts at once: a few, or most of them. */
const turns = fc.array(fc.array(stand, { minLength: 1, maxLength: 60 }), { maxLength: 30, size: 'max' });

const inOrder = (stands: Iterable<Stand>): readonly Stand[] => [...stands].sort((a, b) => a.count - b.count || (a.host < b.host ? -1 : 1));

describe('a shelf', () => {
  it('holds each host once, by containers and then by id, whatever moved before', () => {
    fc.assert(
      fc.property(turns, fc.record({ milliCpus: fc.nat(5), memoryBytes: fc.nat(5) }), (all, least) => {
        const plain = new Map<HostId, Stand>();
        let shelf = Shelf.empty(['gpu']);
        for (const turn of all) {
          const [gone, come] = [new Map<HostId, Stand>(), new Map<HostId, Stand>()];
          for (const { nth, goes, ...rest } of turn) {
            const host = `h${nth}` as HostId;
            const before = plain.get(host);
            if (before) gone.set(host, before);
            if (goes) come.delete(host);
            else come.set(host, { host, ...rest });
          }
          shelf = shelf.moved([...gone.values()], [...come.values()]);
          for (const host of gone.keys()) plain.delete(host);
          for (const [host, known] of come) plain.set(host, known);
        }
        const wanted = inOrder(plain.values());
        expect([shelf.size, [...shelf]]).toEqual([wanted.length, wanted]);
        expect([...shelf.havingFree(least)]).toEqual(wanted.filter((known) => covers(known, least)));
        expect([...shelf.lacking(least)]).toEqual(wanted.filter((known) => !covers(known, least)));
      }),
    );
  });
});
