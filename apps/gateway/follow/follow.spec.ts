import { describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { follow, type Word } from './follow.ts';

const world = () => {
  const clock = new ManualClock();
  const log = new MemoryEventLog(clock);
  const ids = new CountingIds();
  const append = async (host: string): Promise<void> => {
    const data = { host, tags: [], capacity: { milliCpus: 1, memoryBytes: 1 }, proxy: false };
    const event = { id: ids.event(), type: 'HostJoined', data, actor: 'test', correlation: 'c', causation: null } as unknown as AnyNewEvent;
    const { incarnation } = await log.head();
    const expected = { hosts: (await log.readStream('hosts')).length };
    await log.append([{ incarnation, expected, events: [{ stream: 'hosts', event }] }]);
  };
  const leaving = new AbortController();
  const words = (after = 0, query = {}, incarnation: number | null = null) =>
    follow({ log, clock, query, after: { incarnation, position: after }, signal: leaving.signal });
  return { clock, log, ids, append, words, leaving };
};

const positionsOf = (word: Word | undefined): readonly number[] =>
  word && word !== 'alive' && 'events' in word ? word.events.map(({ position }) => position) : [];
/** Lets every pending step that needs no timer run. */
const settle = async (): Promise<void> => {
  for (let step = 0; step < 20; step++) await Promise.resolve();
};

describe('follow', () => {
  it('tells what was there, then what comes, each once', async () => {
    const { append, words } = world();
    await append('h1');
    const told = words();
    expect(positionsOf((await told.next()).value)).toEqual([1]);
    const next = told.next();
    await append('h2');
    expect(positionsOf((await next).value)).toEqual([2]);
    await append('h3');
    await append('h4');
    expect(positionsOf((await told.next()).value)).toEqual([3, 4]);
  });

  it('goes on after the position it was given', async () => {
    const { append, words } = world();
    for (const host of ['h1', 'h2', 'h3']) await append(host);
    expect(positionsOf((await words(2).next()).value)).toEqual([3]);
  });

  it('tells only what matches', async () => {
    const { append, words, leaving } = world();
    await append('h1');
    const next = words(0, { type: 'VersionPromoted' }).next();
    await settle();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('says that it is alive after 15 s of silence', async () => {
    const { clock, words } = world();
    const said: (Word | undefined)[] = [];
    const told = words();
    const next = told.next().then(({ value }) => said.push(value ?? undefined));
    for (let second = 1; second < 15; second++) {
      await settle();
      clock.advance(1000);
    }
    await settle();
    expect(said).toEqual([]);
    clock.advance(1000);
    await next;
    expect(said).toEqual(['alive']);
  });

  it('says that the log went back, and goes on from where it did', async () => {
    const { append, words, log, ids } = world();
    for (const host of ['h1', 'h2', 'h3']) await append(host);
    const told = words();
    expect(positionsOf((await told.next()).value)).toEqual([1, 2, 3]);
    log.loseAfter(1);
    await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'restored', actor: 'test' });
    await append('h4');
    expect((await told.next()).value).toEqual({ raised: { from: 1, incarnation: 2, position: 1, isBack: true } });
    expect(positionsOf((await told.next()).value)).toEqual([2, 3]);
  });

  it('takes nothing back from who had not come to what was lost', async () => {
    const { append, words, log, ids } = world();
    for (const host of ['h1', 'h2']) await append(host);
    log.loseAfter(1);
    await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'restored', actor: 'test' });
    const told = words(1, {}, 1);
    expect((await told.next()).value).toEqual({ raised: { from: 1, incarnation: 2, position: 1, isBack: false } });
    expect(positionsOf((await told.next()).value)).toEqual([2]);
  });

  it('ends when the listener leaves', async () => {
    const { words, leaving } = world();
    const next = words().next();
    await settle();
    leaving.abort();
    expect((await next).done).toBe(true);
  });
});
