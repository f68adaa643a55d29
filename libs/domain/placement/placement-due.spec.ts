import { describe, expect, it } from 'vitest';
import { type EventData, type HostId, SECOND_AGENT, type StackName } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import type { Decision } from '../decision.ts';
import { placementDue } from './placement-due.ts';

const MIB = 2 ** 20;
const NO_LIMIT = { milliCpus: null, memoryBytes: null };
const memory = (mib: number) => ({ milliCpus: null, memoryBytes: mib * MIB });
const small = { capacity: { milliCpus: 1000, memoryBytes: 100 * MIB } };

const due = (history: History, stack = 'shop', now = 0): Decision[] => placementDue(history.world, stack as StackName, now);
const eventsOf = (history: History, stack = 'shop') => due(history, stack).flatMap((decision) => decision.events);
const placementsOf = (history: History, stack = 'shop') =>
  eventsOf(history, stack).flatMap((event) => (event.type === 'ContainersPlaced' ? event.data.placements : []));
const failureOf = (history: History, stack = 'shop'): EventData<'PlacementFailed'> => {
  const [event] = eventsOf(history, stack);
  if (event?.type !== 'PlacementFailed') throw new Error(`expect PlacementFailed, meet ${event?.type}`);
  return event.data;
};

describe('placing a deployment', () => {
  it('spreads a service over the hosts, by id when all else is equal', () => {
    const history = new History()
      .joined('b')
      .joined('a')
      .joined('c')
      .deploying('shop', 1, { web: { replicas: 4 } });
    expect(placementsOf(history).map(({ host }) => host)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('names containers by stack, service, slot, deployment and replacement', () => {
    const history = new History().joined('a').deploying('shop', 1, { web: { replicas: 2 } });
    expect(placementsOf(history).map(({ container }) => container)).toEqual([1, 2].map((slot) => containerOf('shop', 1, 'web', slot)));
  });

  it('takes the emptiest of the hosts that have equally few of the service', () => {
    const history = new History().joined('a').joined('b').deploying('blog', 1, { web: {} }).placed('blog', 1, 'web', ['a']);
    expect(placementsOf(history.deploying('shop', 1, { web: {} })).map(({ host }) => host)).toEqual(['b']);
  });

  it('counts only the containers of the same version for the spread', () => {
    const history = new History()
      .joined('a')
      .joined('b')
      .joined('c')
      .deploying('shop', 1, { web: { replicas: 2 } });
    history
      .placed('shop', 1, 'web', ['a', 'b'])
      .promoted('shop', 1)
      .deploying('shop', 2, { web: { replicas: 3 } });
    expect(placementsOf(history).map(({ host }) => host)).toEqual(['c', 'a', 'b']);
  });

  it('says in words why this host', () => {
    const history = new History()
      .joined('a', { tags: ['gpu'] })
      .joined('b', { tags: ['gpu', 'ssd'] })
      .joined('c');
    const reasons = placementsOf(history.deploying('shop', 2, { web: { tags: ['gpu'], replicas: 2 } })).map(({ reason }) => reason);
    expect(reasons).toEqual([
      'tags gpu; 2 of 3 hosts fit; fewest containers of web v2 (0); then first by id',
      'tags gpu; 2 of 3 hosts fit; fewest containers of web v2 (0)',
    ]);
  });

  it('promises all services in one decision that stands on fleet, hosts and the stack', () => {
    const history = new History().joined('a').deploying('shop', 1, { web: {}, api: {} });
    const [decision, ...others] = due(history);
    expect(others).toEqual([]);
    expect(decision?.events.map((event) => 'service' in event.data && event.data.service)).toEqual(['api', 'web']);
    expect(decision?.expected).toEqual({ fleet: 0, hosts: 1, platform: 0, 'stack/shop': 2 });
  });

  it('places a service of no replicas, so that nobody waits for it', () => {
    const history = new History().joined('a').deploying('shop', 1, { web: { replicas: 0 } });
    expect(eventsOf(history)).toMatchObject([{ type: 'ContainersPlaced', data: { placements: [] } }]);
  });

  it('is silent for a deployment that has failed', () => {
    const history = new History().joined('a').deploying('shop', 1, { web: {} }).failed('shop', 1);
    expect(due(history)).toEqual([]);
  });
});

describe('refusing', () => {
  it('names a tag that no host has, and the one that was meant', () => {
    const history = new History().joined('a', { tags: ['gpu'] }).deploying('shop', 1, { web: { tags: ['gpuu'] } });
    expect(failureOf(history)).toMatchObject({ service: 'web', excluded: [{ host: 'a', reason: 'lacks tag gpuu' }] });
    expect(failureOf(history).fix).toBe(
      'no host has the tag gpuu of services.web; did you mean gpu? Else tag a host with it, or take it out of x-berth.tags',
    );
  });

  it('gives nothing to a host that two agents say they are, names it, and does so again once one of them began anew', () => {
    const refused = { host: 'a' as HostId, counts: [{ reason: SECOND_AGENT, count: 3 }], since: 0, until: 0 };
    const history = new History().joined('a').connected('a', 'run-2').happened('host/a', 'ReportsRefused', refused);
    history.deploying('shop', 1, { web: {} });
    expect(failureOf(history)).toMatchObject({
      excluded: [{ host: 'a', reason: 'has two agents that say they are it' }],
      fix: expect.stringContaining('stop the one that is wrong, start the other again'),
    });
    expect(placementsOf(history.connected('a', 'run-3'))).toHaveLength(1);
  });

  it('says when tags are there, but not on one host', () => {
    const history = new History().joined('a', { tags: ['gpu'] }).joined('b', { tags: ['ssd'] });
    expect(failureOf(history.deploying('shop', 1, { web: { tags: ['gpu', 'ssd'] } })).fix).toContain('no host has all the tags gpu, ssd');
  });

  it('names the resource that is short, with what is free', () => {
    const history = new History().joined('a', small).deploying('shop', 1, { web: { resources: memory(300) } });
    const { excluded, fix } = failureOf(history);
    expect(excluded).toEqual([{ host: 'a', reason: '100 MiB of memory free, 300 MiB needed' }]);
    expect(fix).toContain('memory: 300 MiB each, and at most 100 MiB is free');
  });

  it('counts what other stacks hold', () => {
    const history = new History().joined('a', small).deploying('blog', 1, { web: { resources: memory(60) } });
    history
      .placed('blog', 1, 'web', ['a'])
      .promoted('blog', 1)
      .deploying('shop', 1, { web: { resources: memory(60) } });
    expect(failureOf(history).excluded).toEqual([{ host: 'a', reason: '40 MiB of memory free, 60 MiB needed' }]);
  });

  it('promises nothing for the other services', () => {
    const history = new History().joined('a').deploying('shop', 1, { api: {}, web: { tags: ['gpu'] } });
    expect(eventsOf(history).map(({ type }) => type)).toEqual(['PlacementFailed']);
    expect(due(history.decided(eventsOf(history)))).toEqual([]);
  });

  it('gives the first host 10 s to join, then says that one is needed', () => {
    const history = new History(1000).deploying('shop', 1, { web: {} });
    expect(due(history, 'shop', 10_999)).toMatchObject([{ events: [], wakeAt: 11_000 }]);
    expect(due(history, 'shop', 11_000)).toMatchObject([{ events: [{ data: { fix: expect.stringContaining('no host has joined') } }] }]);
  });
});

describe('waiting for room', () => {
  const full = () =>
    new History()
      .joined('a', small)
      .deploying('shop', 1, { web: { resources: memory(60) } })
      .placed('shop', 1, 'web', ['a'])
      .promoted('shop', 1)
      .deploying('shop', 2, { web: { resources: NO_LIMIT } })
      .placed('shop', 2, 'web', ['a'])
      .promoted('shop', 2)
      .deploying('shop', 3, { web: { resources: memory(60) } });
  const old = containerOf('shop', 1, 'web', 1);

  it('names the leaving containers that are in the way', () => {
    const history = full().leaving('shop', 1, [old]);
    expect(eventsOf(history)).toMatchObject([{ type: 'PlacementDelayed', data: { service: 'web', for: [old] } }]);
  });

  it('looks again by itself and says no word twice', () => {
    const history = full();
    history.decided(eventsOf(history));
    expect(due(history, 'shop', 5000)).toMatchObject([{ events: [], wakeAt: 6000 }]);
  });

  it('places once the room is released', () => {
    const history = full();
    history.decided(eventsOf(history)).retired('shop', [old]).stopped('shop', old);
    expect(eventsOf(history)).toMatchObject([{ type: 'PlacementReleased', data: { container: old, host: 'a' } }]);
    history.decided(eventsOf(history));
    expect(placementsOf(history).map(({ host }) => host)).toEqual(['a']);
  });

  it('fails when the room would not do either', () => {
    const history = full()
      .failed('shop', 3)
      .deploying('shop', 4, { web: { resources: memory(160) } });
    expect(eventsOf(history).map(({ type }) => type)).toEqual(['PlacementFailed']);
  });
});

describe('releasing', () => {
  it('frees what a failed deployment held, once its host reported it gone', () => {
    const history = new History().joined('a').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']).failed('shop', 1);
    expect(due(history)).toEqual([]);
    history.stopped('shop', containerOf('shop', 1, 'web', 1));
    const [decision] = due(history);
    expect(decision?.events.map(({ type }) => type)).toEqual(['PlacementReleased']);
    expect(decision?.expected).toEqual({ fleet: 1, hosts: 1 });
    expect(due(history.decided(decision?.events ?? []))).toEqual([]);
  });
});
