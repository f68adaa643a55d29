import { describe, expect, it } from 'vitest';
import type { HostId, StackName } from '#libs/contracts';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { placementDue } from './placement-due.ts';

const NOW = 1_000_000;
const eventsOf = (history: History, now = NOW) => placementDue(history.world, 'shop' as StackName, now).flatMap(({ events }) => events);
const placementsOf = (history: History, now = NOW) =>
  eventsOf(history, now).flatMap((event) => (event.type === 'ContainersPlaced' ? event.data.placements : []));
const hostsOf = (history: History, now = NOW): readonly string[] => placementsOf(history, now).map(({ host }) => host);
const refusalOf = (history: History) => {
  const [event] = eventsOf(history);
  if (event?.type !== 'PlacementFailed') throw new Error(`expect PlacementFailed, meet ${event?.type}`);
  return event.data;
};
const fleet = (tagsByHost: Readonly<Record<string, readonly string[]>>): History =>
  Object.entries(tagsByHost).reduce((history, [host, tags]) => history.joined(host, { tags: [...tags] }), new History(NOW));
const mapping = (port: number, protocol: 'tcp' | 'udp' = 'tcp'): NonNullable<ServiceWish['ports']> => [
  { container: port, doors: [], mapped: [{ port, protocol }] },
];

describe('EMPTIEST_NODE', () => {
  it('takes the host with the fewest containers at all, though it has some of the service', () => {
    const history = fleet({ a: [], b: [] }).deploying('blog', 1, { web: {} }).placed('blog', 1, 'web', ['a', 'a']);
    expect(hostsOf(history.deploying('shop', 1, { web: { replicas: 3, strategy: 'EMPTIEST_NODE' } }))).toEqual(['b', 'b', 'a']);
  });
});

describe('EVERY_NODE', () => {
  it('gives one to each host that fits, and leaves out those that do not', () => {
    const history = fleet({ a: ['gpu'], b: [], c: ['gpu'] });
    expect(hostsOf(history.deploying('shop', 1, { web: { strategy: 'EVERY_NODE', tags: ['gpu'] } }))).toEqual(['a', 'c']);
  });

  it('leaves out a host that has no room for its own, as long as another one has', () => {
    const history = fleet({ a: [] }).joined('b', { capacity: { milliCpus: 100, memoryBytes: 1000 } });
    const web = { strategy: 'EVERY_NODE' as const, resources: { milliCpus: 200, memoryBytes: null } };
    expect(hostsOf(history.deploying('shop', 1, { web }))).toEqual(['a']);
  });

  it('goes on when a host joins that has no room, and looks again by itself', () => {
    const web = { strategy: 'EVERY_NODE' as const, resources: { milliCpus: 200, memoryBytes: null } };
    const history = fleet({ a: [] }).deploying('shop', 1, { web }).placed('shop', 1, 'web', ['a']);
    history.joined('b', { capacity: { milliCpus: 100, memoryBytes: 1000 } });
    expect(placementDue(history.world, 'shop' as StackName, NOW)).toMatchObject([{ events: [], wakeAt: NOW + 1000 }]);
  });

  it('fails where no host fits', () => {
    const history = fleet({ a: [] }).deploying('shop', 1, { web: { strategy: 'EVERY_NODE', tags: ['gpu'] } });
    expect(refusalOf(history).fix).toContain('no host has the tag gpu');
  });
});

describe('spread over a tag', () => {
  const regions = () => fleet({ a: ['region:eu'], b: ['region:eu'], c: ['region:eu'], d: ['region=us'] });

  it('evens out its values before hosts', () => {
    expect(hostsOf(regions().deploying('shop', 1, { web: { replicas: 4, spread: 'region' } }))).toEqual(['a', 'd', 'b', 'd']);
  });

  it('holds hosts without the tag for a value of its own', () => {
    const history = fleet({ a: ['region:eu'], b: ['region:eu'], c: [] });
    expect(hostsOf(history.deploying('shop', 1, { web: { replicas: 3, spread: 'region' } }))).toEqual(['a', 'c', 'b']);
  });

  it('says so in the reason', () => {
    const [first] = placementsOf(regions().deploying('shop', 1, { web: { replicas: 2, spread: 'region' } }));
    expect(first?.reason).toBe('no tags asked for; 4 of 4 hosts fit; fewest containers of web v1 in region eu (0); then first by id');
  });

  it('differs by one at most between the values', () => {
    const history = regions();
    history.decided(eventsOf(history.deploying('shop', 1, { web: { replicas: 7, spread: 'region' } })));
    expect(checkInvariants(history.events)).toEqual([]);
  });
});

describe('a host on which the service fails', () => {
  const failing = (times: number): History => {
    const history = fleet({ a: [], b: [] }).deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
    const subject = { stack: 'shop' as StackName, host: 'a' as HostId, container: containerOf('shop', 1, 'web', 1) };
    const failure = { run: 'r', reason: 'exited' as const, exitCode: 1, oom: false, message: '', output: null };
    for (let time = 0; time < times; time++) history.happened('host/a', 'ContainerFailed', { ...subject, ...failure });
    return history.failed('shop', 1).deploying('shop', 2, { web: { replicas: 3 } });
  };

  it('comes last when it failed five times in five minutes, and is not left out', () => {
    expect(hostsOf(failing(5))).toEqual(['b', 'b', 'b']);
    const [first] = placementsOf(failing(5));
    expect(first?.reason).toContain('web failed again and again on the others');
    const alone = failing(5).happened('hosts', 'HostCordoned', { host: 'b' as HostId, why: 'cordon' });
    expect(hostsOf(alone)).toEqual(['a', 'a', 'a']);
  });

  it('is like the others with four, and again after five minutes', () => {
    expect(hostsOf(failing(4))).toEqual(['a', 'b', 'a']);
    expect(hostsOf(failing(5), NOW + 300_001)).toEqual(['a', 'b', 'a']);
  });
});

describe('ports of hosts', () => {
  it('have one holder each, of whatever stack', () => {
    const history = fleet({ a: [], b: [] })
      .deploying('blog', 1, { dns: { ports: mapping(53, 'udp') } })
      .placed('blog', 1, 'dns', ['a']);
    expect(hostsOf(history.deploying('shop', 1, { dns: { ports: mapping(53, 'udp') } }))).toEqual(['b']);
  });

  it('are told apart by protocol', () => {
    const history = fleet({ a: [] })
      .deploying('blog', 1, { dns: { ports: mapping(53, 'udp') } })
      .placed('blog', 1, 'dns', ['a']);
    expect(hostsOf(history.deploying('shop', 1, { dns: { ports: mapping(53, 'tcp') } }))).toEqual(['a']);
  });

  it('are named where none is free', () => {
    const history = fleet({ a: [] }).deploying('shop', 1, { dns: { replicas: 2, ports: mapping(53) } });
    expect(refusalOf(history)).toMatchObject({ excluded: [{ host: 'a', reason: 'its tcp/53 is held' }], changes: ['free tcp/53 of a'] });
  });

  it('are free when the holder is released, not when it leaves', () => {
    const old = containerOf('shop', 1, 'dns', 1);
    const history = fleet({ a: [] })
      .deploying('shop', 1, { dns: { ports: mapping(53) } })
      .placed('shop', 1, 'dns', ['a'])
      .promoted('shop', 1)
      .deploying('shop', 2, { web: {} })
      .placed('shop', 2, 'web', ['a'])
      .promoted('shop', 2)
      .deploying('shop', 3, { dns: { ports: mapping(53) } })
      .leaving('shop', 1, [old])
      .retired('shop', [old]);
    expect(eventsOf(history)).toMatchObject([{ type: 'PlacementDelayed', data: { for: [old] } }]);
    history.stopped('shop', old).decided(eventsOf(history));
    expect(hostsOf(history)).toEqual(['a']);
    expect(checkInvariants(history.decided(eventsOf(history)).events).filter(({ invariant }) => invariant === 'I4')).toEqual([]);
  });
});
