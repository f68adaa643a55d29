import { describe, expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { placementDue } from './placement-due.ts';

const MIB = 2 ** 20;
const eventOf = (history: History) => placementDue(history.world, 'shop' as StackName, 0)[0]?.events[0];
const consideredOf = (history: History): EventData<'ContainersPlaced'>['considered'] => {
  const event = eventOf(history);
  if (event?.type !== 'ContainersPlaced') throw new Error(`expect ContainersPlaced, meet ${event?.type}`);
  return event.data.considered;
};
const refusalOf = (history: History) => {
  const event = eventOf(history);
  if (event?.type !== 'PlacementFailed') throw new Error(`expect PlacementFailed, meet ${event?.type}`);
  return event.data;
};
const memory = (mib: number) => ({ milliCpus: null, memoryBytes: mib * MIB });
const small = { capacity: { milliCpus: 1000, memoryBytes: 100 * MIB } };

describe('what was considered', () => {
  it('names each host of a small fleet: why it was left out, or what was counted of it', () => {
    const history = new History()
      .joined('a', { tags: ['gpu'] })
      .joined('b', { tags: ['gpu'], ...small })
      .joined('c')
      .joined('d', { tags: ['gpu'] })
      .happened('hosts', 'HostCordoned', { host: 'd' as HostId, why: 'cordon' });
    history.deploying('shop', 1, { web: { tags: ['gpu'], resources: memory(200) } });
    expect(consideredOf(history)).toEqual({
      hosts: 4,
      fitting: 1,
      excluded: [
        { reason: 'is cordoned', count: 1, hosts: ['d'] },
        { reason: 'lacks tag gpu', count: 1, hosts: ['c'] },
        { reason: 'has not 200 MiB of memory free', count: 1, hosts: ['b'] },
      ],
      best: [{ host: 'a', version: 0, service: 0, stack: 0, all: 0 }],
      position: 7,
    });
  });

  it('is as short for six thousand hosts, with the first by the rule in full', () => {
    const history = new History();
    for (let nth = 0; nth < 6000; nth++) history.joined(`h${String(nth).padStart(4, '0')}`, nth % 3 === 0 ? { tags: ['gpu'] } : {});
    const considered = consideredOf(history.deploying('shop', 1, { web: { tags: ['gpu'] } }));
    expect(considered).toMatchObject({ hosts: 6000, fitting: 2000, excluded: [{ reason: 'lacks tag gpu', count: 4000 }] });
    expect(considered?.best.map(({ host }) => host)).toEqual(['h0000', 'h0003', 'h0006', 'h0009', 'h0012']);
    expect(JSON.stringify(considered).length).toBeLessThan(1000);
  });
});

describe('what would let it fit', () => {
  it('is one change of each kind, the smallest, where nothing else is in the way', () => {
    const history = new History()
      .joined('a', { tags: ['gpu'], ...small })
      .joined('b')
      .joined('c', { tags: ['gpu'] })
      .joined('d', { tags: ['gpu'], capacity: { milliCpus: 1000, memoryBytes: 150 * MIB } })
      .joined('e', small)
      .happened('hosts', 'HostCordoned', { host: 'c' as HostId, why: 'drain' });
    history.deploying('shop', 1, { web: { tags: ['gpu'], resources: memory(200) } });
    const { changes, fix, considered } = refusalOf(history);
    expect(changes).toEqual(['uncordon c', 'tag b with gpu', 'free 50 MiB on d']);
    expect(fix).toContain('uncordon c, or tag b with gpu, or free 50 MiB on d');
    expect(considered?.excluded.map(({ reason, count }) => `${count} ${reason}`)).toEqual([
      '1 is being drained',
      '2 lacks tag gpu',
      '2 has not 200 MiB of memory free',
    ]);
  });

  it('stays short in a fleet of six thousand', () => {
    const history = new History();
    for (let nth = 0; nth < 6000; nth++) history.joined(`h${String(nth).padStart(4, '0')}`, small);
    const refusal = refusalOf(history.deploying('shop', 1, { web: { resources: memory(200) } }));
    expect(refusal.considered).toMatchObject({ hosts: 6000, fitting: 0, excluded: [{ count: 6000 }] });
    expect(refusal.changes).toEqual(['free 100 MiB on h0000']);
    expect(JSON.stringify(refusal).length).toBeLessThan(4000);
  });
});
