import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { WaitingRoom } from './waiting-room.ts';

const open = () => {
  const clock = new ManualClock();
  const room = new WaitingRoom(clock);
  const left: string[] = [];
  const wait = (address: string): Promise<void> => room.wait(address).then(() => void left.push(address));
  return { clock, room, left, wait };
};

describe('WaitingRoom', () => {
  it('lets go whoever is registered, at once', async () => {
    const { room, left, wait } = open();
    const [a] = [wait('a'), wait('b')];
    room.admit((address) => address === 'a');
    await a;
    expect(left).toEqual(['a']);
  });

  it('lets go everybody after 100 ms and not before', async () => {
    const { clock, left, wait } = open();
    const waiting = wait('a');
    clock.advance(99);
    await Promise.resolve();
    expect(left).toEqual([]);
    clock.advance(1);
    await waiting;
    expect(left).toEqual(['a']);
  });

  it('lets nobody in when it is full', async () => {
    const { wait } = open();
    for (let guest = 0; guest < 1000; guest++) void wait(`${guest}`);
    await expect(wait('one too many')).resolves.toBeUndefined();
  });
});
