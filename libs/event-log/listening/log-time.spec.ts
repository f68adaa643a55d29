import { expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { LogTime } from './log-time.ts';

it('goes with the monotonic clock from what was learned, whatever the own wall clock shows', () => {
  const clock = new ManualClock(9_000_000);
  const time = new LogTime(clock);
  expect(time.now()).toBe(9_000_000);
  expect(time.learn(1_000_000, clock.monotonic())).toBe(0);
  clock.advance(500);
  expect(time.now()).toBe(1_000_500);
});

it('tells by how much the clock of the log jumped', () => {
  const clock = new ManualClock();
  const time = new LogTime(clock);
  time.learn(1_000_000, clock.monotonic());
  clock.advance(1000);
  expect(time.learn(1_061_000, clock.monotonic())).toBe(60_000);
  expect(time.now()).toBe(1_061_000);
});

it('takes no slow answer for a jump', () => {
  const clock = new ManualClock();
  const time = new LogTime(clock);
  const askedAt = clock.monotonic();
  clock.advance(5000);
  time.learn(1_000_000, askedAt);
  clock.advance(1000);
  expect(time.learn(1_006_000, clock.monotonic())).toBe(0);
});
