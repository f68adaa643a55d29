import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hearingOf, leftOf } from './hearing.ts';

const told = fc.array(
  fc.record({ from: fc.nat(100_000), ms: fc.integer({ min: 1, max: 30_000 }) }).map(({ from, ms }) => ({ from, until: from + ms })),
  { maxLength: 6 },
);

it('time of work runs while somebody listens', () => {
  expect(leftOf(hearingOf([], { last: 29_000, now: 30_000 }), 10_000, 60_000)).toEqual({ listeningMs: 40_000, silentSince: null });
});

it('what the log tells as silence is left yet', () => {
  const hearing = hearingOf([{ from: 12_000, until: 22_000 }], { last: 29_000, now: 30_000 });
  expect(leftOf(hearing, 10_000, 60_000).listeningMs).toBe(50_000);
});

it('a silence that lasts stops it where it began', () => {
  expect(leftOf(hearingOf([], { last: 20_000, now: 500_000 }), 10_000, 60_000)).toEqual({ listeningMs: 50_000, silentSince: 20_000 });
});

it('a silence that is too short to be told is none', () => {
  expect(leftOf(hearingOf([], { last: 20_000, now: 25_000 }), 10_000, 60_000)).toEqual({ listeningMs: 45_000, silentSince: null });
});

it('nothing is left when it has passed', () => {
  expect(leftOf(hearingOf([], { last: 99_000, now: 99_000 }), 10_000, 60_000).listeningMs).toBe(0);
});

it('as much is left after a silence, once it is told, as while it lasted', () => {
  fc.assert(
    fc.property(told, fc.nat(60_000), fc.integer({ min: 5001, max: 90_000 }), fc.nat(90_000), (before, from, first, more) => {
      const last = Math.max(100_000, ...before.map(({ until }) => until));
      const during = leftOf(hearingOf(before, { last, now: last + first }), from, 200_000);
      const until = last + first + more;
      const after = leftOf(hearingOf([...before, { from: last, until }], { last: until, now: until }), from, 200_000);
      expect(after.listeningMs).toBe(during.listeningMs);
    }),
  );
});
