import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { Outbox } from './outbox.ts';
import { Refusals } from './refusals.ts';

const stage = () => {
  const clock = new ManualClock();
  const outbox = new Outbox<number>(clock);
  const written: number[] = [];
  const write = (room: number) => (message: number) => written.length < room && written.push(message) > 0;
  return { clock, outbox, written, write };
};

describe('Outbox', () => {
  it('keeps what can not be written, in its order', () => {
    const { outbox, written, write } = stage();
    for (const message of [1, 2, 3]) outbox.put(message);
    outbox.flush(write(1));
    outbox.flush(write(10));
    outbox.flush(write(10));
    expect(written).toEqual([1, 2, 3]);
  });

  it('drops the oldest when there are too many', () => {
    const { outbox, written, write } = stage();
    for (let message = 1; message <= 1002; message++) outbox.put(message);
    outbox.flush(write(2000));
    expect([written[0], written.length, outbox.dropped]).toEqual([3, 1000, 2]);
  });

  it('drops what is older than half a minute', () => {
    const { clock, outbox, written, write } = stage();
    outbox.put(1);
    clock.advance(20_000);
    outbox.put(2);
    clock.advance(10_001);
    outbox.flush(write(10));
    expect([written, outbox.dropped]).toEqual([[2], 1]);
  });
});

describe('Refusals', () => {
  it('counts each, and tells of a sender once a minute', () => {
    const clock = new ManualClock();
    const told: string[] = [];
    const refusals = new Refusals(clock, (problem) => told.push(problem));
    for (const sender of ['one', 'one', 'two']) refusals.add(sender, 'it lied');
    clock.advance(60_000);
    refusals.add('one', 'it lied');
    expect(refusals.count).toBe(4);
    expect(told).toEqual(['refuse mail of one', 'refuse mail of two', 'refuse mail of one']);
  });
});
