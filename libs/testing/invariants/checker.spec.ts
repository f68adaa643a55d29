import { describe, expect, it } from 'vitest';
import type { BerthEvent, EventData, EventType, HostId, StackName } from '#libs/contracts';
import { rolloutDue } from '#libs/domain/rollout';
import { containersOf, type StackState } from '#libs/domain/stack';
import { deploymentOf, History, type ServiceWish } from '#libs/testing/history';
import { Play, requestOf } from '#libs/testing/neighbours';
import { checkInvariants } from './index.ts';

const SHOP = 'shop' as StackName;
const ONE = 'one' as HostId;
const shop: Record<string, ServiceWish> = {
  web: {
    replicas: 2,
    ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }],
    dependsOn: [{ service: 'api' as never, condition: 'healthy' }],
    resources: { milliCpus: 500, memoryBytes: null },
  },
  api: { tags: ['inner'] },
};

/** Two hosts, of which one has the tag that `api` wants; the deployments were brought to their ends. */
const played = (deployments: number): Play => {
  const hosts = new History()
    .joined('one', { tags: ['inner'] })
    .joined('two')
    .connected('one')
    .connected('two');
  const play = new Play(hosts, 'shop', rolloutDue);
  for (let number = 1; number <= deployments; number++) play.tell(requestOf('shop', number, shop)).until();
  return play;
};

const broken = (events: readonly BerthEvent[]): readonly string[] => [
  ...new Set(checkInvariants(events).map(({ invariant }) => invariant)),
];

const stateOf = (play: Play): StackState => play.history.stack('shop');
const firstOf = (play: Play, version: number, service: string) => {
  const found = containersOf(stateOf(play)).find((container) => container.version === version && container.service === service);
  if (!found) throw new Error(`find a container of ${service} in version ${version}`);
  return found;
};

/** Says something wrong at the end of a good log. */
const then = <T extends EventType>(play: Play, stream: string, type: T, data: EventData<T>): readonly string[] => {
  play.history.at(play.now).happened(stream, type, data);
  return broken(play.history.events);
};

const edited = (events: readonly BerthEvent[], type: EventType, change: (event: BerthEvent) => object): readonly BerthEvent[] => {
  const index = events.findIndex((event) => event.type === type);
  return events.map((event, at) => (at === index ? ({ ...event, ...change(event) } as BerthEvent) : event));
};

const until = (play: Play, type: EventType): Play => {
  const count = play.history.events.length;
  return play.until(() => play.history.events.slice(count).some((event) => event.type === type));
};

describe('checkInvariants', () => {
  it('finds nothing in a log of three deployments', () => {
    expect(checkInvariants(played(3).history.events)).toEqual([]);
  });

  it('finds nothing when a deployment fails between two', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'ContainerStarted');
    const { container } = firstOf(play, 2, 'web');
    const failure = { reason: 'exited', exitCode: 1, oom: false, message: '', output: null, run: 'r' } as const;
    const { host } = firstOf(play, 2, 'web');
    play.history.happened(`host/${host}`, 'ContainerFailed', { stack: SHOP, host, container, ...failure });
    play
      .until()
      .tell(requestOf('shop', 3, shop))
      .until();
    expect(stateOf(play).promoted).toBe(3);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });

  it('I1: a deployment starts while another runs', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'DeploymentStarted');
    const data = { stack: SHOP, deployment: deploymentOf('shop', 3), version: 3, replaces: 1 };
    expect(then(play, 'stack/shop', 'DeploymentStarted', data)).toEqual(['I1']);
  });

  it('I1: a version is promoted that does not run', () => {
    const data = { stack: SHOP, deployment: deploymentOf('shop', 1), version: 1, draft: null };
    expect(then(played(2), 'stack/shop', 'VersionPromoted', data)).toContain('I1');
  });

  it('I2: live doors are drawn without a healthy container', () => {
    const play = played(1);
    const { servers } = stateOf(play).doors ?? { servers: [] };
    const data = { stack: SHOP, mode: 'live' as const, deployment: null, version: 1, servers: [...servers], endpoints: {} };
    expect(then(play, 'doors/shop', 'DoorsDrawn', data)).toEqual(['I2']);
  });

  it('I3: a slot has two containers', () => {
    const play = played(1);
    const { slot, deployment, service, host } = firstOf(play, 1, 'api');
    const placements = [{ container: 'shop-api-another' as never, slot, host, reason: '' }];
    const data = { stack: SHOP, deployment, service, version: 1, placements };
    expect(then(play, 'fleet', 'ContainersPlaced', data)).toContain('I3');
  });

  it('I4: a host misses a tag', () => {
    const play = until(played(0).tell(requestOf('shop', 1, shop)), 'DeploymentStarted');
    const placements = [{ container: 'shop-api-1-x' as never, slot: 1, host: 'two' as HostId, reason: '' }];
    const data = { stack: SHOP, deployment: deploymentOf('shop', 1), service: 'api' as never, version: 1, placements };
    expect(then(play, 'fleet', 'ContainersPlaced', data)).toEqual(['I4']);
  });

  it('I4: a host has no room', () => {
    const small = { tags: ['inner'], capacity: { milliCpus: 100, memoryBytes: 1000 } };
    const play = new Play(new History().joined('one', small).connected('one'), 'shop', rolloutDue);
    expect(broken(play.tell(requestOf('shop', 1, shop)).until().history.events)).toEqual(['I4']);
  });

  it('I4: two stacks have one door', () => {
    const play = played(1);
    const other = new Play(play.history, 'other', rolloutDue);
    other.now = play.now;
    expect(broken(other.tell(requestOf('other', 1, shop)).until().history.events)).toEqual(['I4']);
  });

  it('I5: another fitting host had fewer', () => {
    const play = until(played(0).tell(requestOf('shop', 1, shop)), 'DeploymentStarted');
    const placements = [1, 2].map((slot) => ({ container: `shop-web-${slot}-x` as never, slot, host: ONE, reason: '' }));
    const data = { stack: SHOP, deployment: deploymentOf('shop', 1), service: 'web' as never, version: 1, placements };
    expect(then(play, 'fleet', 'ContainersPlaced', data)).toEqual(['I5']);
  });

  it('I6: a container stops while a proxy may lead to it', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'VersionPromoted');
    const containers = [firstOf(play, 1, 'web').container];
    play.history.happened('stack/shop', 'RetirementWaveStarted', { stack: SHOP, version: 1, wave: 1, containers, disregard: containers });
    const data = { stack: SHOP, containers, reason: 'replaced' as const, waited: { ms: 0, drained: false } };
    expect(then(play.wait(400_000), 'stack/shop', 'ContainersRetired', data)).toEqual(['I6']);
  });

  it('I6: a container stops within the time to live of its name', () => {
    const { events } = played(2).history;
    const early = events.findIndex((event) => event.type === 'ContainersRetired');
    const sooner = events.map((event, at) => (at >= early ? { ...event, at: (events[early - 1] as BerthEvent).at } : event));
    expect(broken(sooner)).toEqual(['I6']);
  });

  it('takes a stop of what left names long ago, though a host told of newer names just now', () => {
    const { events } = played(2).history;
    const at = events.findIndex((event) => event.type === 'ContainersRetired');
    const stop = events[at] as BerthEvent;
    const served = events.slice(0, at).findLast((event) => event.type === 'NamesServed') as BerthEvent;
    const newer = {
      ...served,
      at: stop.at,
      data: { ...served.data, generation: { incarnation: 1, position: stop.position } },
    } as BerthEvent;
    const told = [...events.slice(0, at), { ...newer, position: stop.position }, { ...stop, position: stop.position + 1 } as BerthEvent];
    expect(checkInvariants(told).filter(({ invariant }) => invariant === 'I6')).toEqual([]);
  });

  it('I6: a container stops without having left', () => {
    const { events } = played(2).history;
    const containers = ['shop-web-1-unknown'];
    expect(broken(edited(events, 'RetirementWaveStarted', ({ data }) => ({ data: { ...data, containers } })))).toContain('I6');
  });

  it('I6: a container is called drained that nobody saw drained', () => {
    const { events } = played(2).history;
    const containers = ['shop-web-1-unknown'];
    expect(broken(edited(events, 'ContainersDrained', ({ data }) => ({ data: { ...data, containers } })))).toContain('I6');
  });

  it('takes the word of a host that it no longer uses what was released meanwhile', () => {
    const play = played(2);
    const released = play.history.events.find((event) => event.type === 'PlacementReleased');
    const containers = released?.type === 'PlacementReleased' ? [released.data.container] : [];
    expect(containers).toHaveLength(1);
    expect(then(play, 'host/one', 'ContainersDrained', { stack: SHOP, host: ONE, containers })).toEqual([]);
  });

  it('I6: a container that served stops as one of a failed deployment', () => {
    const { events } = played(2).history;
    expect(broken(edited(events, 'ContainersRetired', ({ data }) => ({ data: { ...data, reason: 'deployment-failed' } })))).toContain('I6');
  });

  it('I7: a service leaves while one that depends on it stays', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'SwitchCompleted');
    const containers = [firstOf(play, 1, 'api').container];
    const data = { stack: SHOP, version: 1, wave: 1, containers, disregard: containers };
    expect(then(play, 'stack/shop', 'RetirementWaveStarted', data)).toEqual(['I7']);
  });

  it('I7: a wave begins while the one before lives', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'RetirementWaveStarted');
    const containers = [firstOf(play, 1, 'api').container];
    const data = { stack: SHOP, version: 1, wave: 2, containers, disregard: containers };
    expect(then(play, 'stack/shop', 'RetirementWaveStarted', data)).toEqual(['I7']);
  });

  it('I7: a container of the promoted version leaves', () => {
    const play = played(1);
    const containers = containersOf(stateOf(play)).map(({ container }) => container);
    const data = { stack: SHOP, version: 1, wave: 1, containers, disregard: containers };
    expect(then(play, 'stack/shop', 'RetirementWaveStarted', data)).toEqual(['I7']);
  });

  it.each([
    ['position', (event: BerthEvent) => ({ position: event.position + 1 })],
    ['version', (event: BerthEvent) => ({ version: event.version + 1 })],
    ['number in its lane', (event: BerthEvent) => ({ laneNo: event.laneNo + 1 })],
    ['lane', (event: BerthEvent) => ({ lane: (event.lane + 1) % 8 })],
    ['time', () => ({ at: -1 })],
    ['id', () => ({ id: '00000000-0000-7000-8000-000000000001' })],
  ])('I8: an event has a wrong %s', (_what, change) => {
    expect(broken(edited(played(1).history.events, 'SwitchCompleted', change))).toContain('I8');
  });

  it('I8: an event is missing', () => {
    const { events } = played(1).history;
    expect(broken(events.filter(({ type }) => type !== 'ContainerHealthy'))).toContain('I8');
  });

  it('I9: a fold that remembers', () => {
    let calls = 0;
    const told = checkInvariants(played(1).history.events, () => ++calls);
    expect(told.map(({ invariant }) => invariant)).toEqual(['I9']);
  });

  it('I10: a failure stops containers of another deployment', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'ContainersPlaced');
    const containers = [firstOf(play, 2, 'web').container];
    const data = { stack: SHOP, containers, reason: 'deployment-failed' as const, waited: { ms: 0, drained: true } };
    expect(then(play, 'stack/shop', 'ContainersRetired', data)).toEqual(['I10']);
  });

  it('I10: live doors lead to a version that is not promoted', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'ProxyPrepared');
    const { servers, endpoints } = Object.values(stateOf(play).drafts)[0] ?? { servers: [], endpoints: {} };
    const live = { mode: 'live' as const, deployment: null, version: 2, servers: [...servers] };
    expect(then(play, 'doors/shop', 'DoorsDrawn', { stack: SHOP, ...live, endpoints: endpoints as never })).toContain('I10');
  });

  it('I10: a proxy serves a draft', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'DoorsDrawn');
    const generation = { incarnation: 1, position: play.history.world.position };
    expect(then(play, 'host/one', 'DoorsServed', { stack: SHOP, host: ONE, generation, since: 0 })).toEqual(['I10']);
  });

  it('I12: a host tells of a container of another', () => {
    const play = played(1);
    const { container } = firstOf(play, 1, 'api');
    const data = { stack: SHOP, host: 'two' as HostId, container };
    expect(then(play, 'host/two', 'ContainerStopped', data)).toContain('I12');
  });

  it('I12: a host tells facts before it connected', () => {
    const { events } = new Play(new History().joined('one', { tags: ['inner'] }), 'shop', rolloutDue)
      .tell(requestOf('shop', 1, shop))
      .until().history;
    expect(broken(events)).toEqual(['I12']);
  });

  it('I13: an address is given to two', () => {
    const play = played(1);
    const { address } = firstOf(play, 1, 'api');
    play
      .tell(requestOf('shop', 2, shop))
      .until(() => containersOf(stateOf(play)).some((known) => known.service === 'api' && known.version === 2));
    const { container } = firstOf(play, 2, 'api');
    const start = { run: 'r', address: address ?? '', engineId: 'e', image: 'i' };
    expect(then(play, 'host/one', 'ContainerStarted', { stack: SHOP, host: ONE, container, ...start })).toEqual(['I13']);
  });

  it('I13: an address is given again while a host has names that hold it', () => {
    const play = until(played(1).tell(requestOf('shop', 2, shop)), 'RetirementWaveStarted');
    const { container, address } = firstOf(play, 1, 'web');
    const { container: next, host } = firstOf(play, 2, 'web');
    play.until((world) => (world.stacks.get(SHOP) as StackState).containers.get(container)?.isGone ?? true);
    const { events } = play.history;
    const withoutNames = events.map((event) =>
      event.type === 'NamesServed'
        ? ({ ...event, data: { ...event.data, generation: { incarnation: 1, position: 1 } } } as BerthEvent)
        : event,
    );
    const start = { run: 'again', address: address ?? '', engineId: 'e', image: 'i' };
    play.history.happened(`host/${host}`, 'ContainerStarted', { stack: SHOP, host, container: next, ...start });
    expect(broken(play.history.events)).not.toContain('I13');
    expect(broken([...withoutNames, play.history.events.at(-1) as BerthEvent])).toContain('I13');
  });
});
