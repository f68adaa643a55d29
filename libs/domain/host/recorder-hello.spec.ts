import { describe, expect, it } from 'vitest';
import type { HostHello, HostId } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { greet } from './recorder-hello.ts';

const capacity = { milliCpus: 2000, memoryBytes: 2 ** 30 };
const hello = (said: Partial<HostHello> = {}): HostHello => ({
  ...{ type: 'HostHello', host: 'a' as HostId, runId: 'run-1', tags: ['ssd', 'gpu', 'ssd'], capacity, proxy: true, engine: '20.10' },
  ...said,
});
const events = (history: History, said: HostHello) => greet(said, history.world).map(({ event }) => event);
const greeted = () => {
  const history = new History();
  return history.decided(events(history, hello()));
};

describe('greet', () => {
  it('lets a new host join and begins its session', () => {
    expect(events(new History(), hello())).toMatchObject([
      { stream: 'hosts', type: 'HostJoined', data: { tags: ['gpu', 'ssd'], capacity, proxy: true } },
      { stream: 'host/a', type: 'HostConnected', data: { runId: 'run-1' } },
    ]);
  });

  it('finds nothing new in the same hello', () => {
    expect(events(greeted(), hello())).toEqual([]);
  });

  it('begins a session with each run of the agent', () => {
    expect(events(greeted(), hello({ runId: 'run-2' })).map(({ type }) => type)).toEqual(['HostConnected']);
  });

  it('records other tags, another capacity or a proxy that came', () => {
    expect(events(greeted(), hello({ tags: ['gpu'] })).map(({ type }) => type)).toEqual(['HostTagged']);
    expect(events(greeted(), hello({ proxy: false })).map(({ type }) => type)).toEqual(['HostJoined']);
    const bigger = { ...capacity, milliCpus: 4000 };
    expect(events(greeted(), hello({ capacity: bigger })).map(({ type }) => type)).toEqual(['HostJoined']);
  });

  it('records its group and the boot of its machine', () => {
    const said = hello({ group: 'aws', bootId: 'boot-1' });
    const [joined, connected] = events(new History(), said);
    expect([joined?.data, connected?.data]).toMatchObject([{ group: 'aws' }, { bootId: 'boot-1' }]);
    const history = new History();
    history.decided(events(history, said));
    expect(events(history, said)).toEqual([]);
    expect(events(history, hello({ bootId: 'boot-1' })).map(({ type }) => type)).toEqual(['HostJoined']);
  });
});
