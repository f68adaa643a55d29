import { describe, expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { factsOwed, Play, requestOf } from '#libs/testing/neighbours';
import { rolloutDue } from './index.ts';

const SHOP = 'shop' as StackName;
const routed: ServiceWish = { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }] };

const play = (services: Record<string, ServiceWish> = { web: routed }): Play => {
  const hosts = new History().joined('one').connected('one').joined('two').connected('two');
  return new Play(hosts, 'shop', rolloutDue).tell(requestOf('shop', 1, services)).decide();
};

/** Everything that the neighbours owe, but for what `isHeld` names. */
const without = (told: Play, isHeld: (fact: Decided) => boolean): Play => {
  for (;;) {
    const fact = factsOwed(told.history.world, SHOP).find((owed) => !isHeld(owed));
    if (!fact) return told;
    told.tell(fact).decide();
  }
};
const promoted = (told: Play) => told.history.events.find(({ type }) => type === 'VersionPromoted')?.data;

describe('a version is promoted', () => {
  it('with its draft, on the versions of stack, doors and hosts', () => {
    const told = play();
    told.until((world) => rolloutDue(world, SHOP, 0).some(({ events }) => events[0]?.type === 'VersionPromoted'));
    const [decision] = rolloutDue(told.history.world, SHOP, told.now);
    const draft = told.history.events.find(({ type }) => type === 'DoorsDrawn')?.id;
    expect(decision?.events).toMatchObject([{ type: 'VersionPromoted', data: { version: 1, draft } }]);
    expect(decision?.expected).toEqual({ 'stack/shop': 2, 'doors/shop': 1, hosts: 2 });
  });

  it('without a draft when nothing of it is routed', () => {
    expect(promoted(play({ api: {} }).until())).toMatchObject({ version: 1, draft: null });
  });

  it('without any container when it asks for none', () => {
    expect(promoted(play({ api: { replicas: 0 } }))).toMatchObject({ version: 1 });
  });

  it.each<[string, (fact: Decided) => boolean]>([
    ['a container is not healthy', ({ type, data }) => type === 'ContainerHealthy' && data.container === containerOf('shop', 1, 'web', 2)],
    ['a container did not start', ({ type, data }) => type === 'ContainerStarted' && data.container === containerOf('shop', 1, 'web', 1)],
    ['no draft is drawn', ({ type }) => type === 'DoorsDrawn'],
    ['a proxy did not prepare', ({ type, data }) => type === 'ProxyPrepared' && data.host === ('two' as HostId)],
    ['a host with a container has older names', ({ type, data }) => type === 'NamesServed' && data.host === ('one' as HostId)],
  ])('not while %s', (_what, isHeld) => {
    expect(promoted(without(play(), isHeld))).toBe(undefined);
  });

  it('not with a container whose host is lost, though its own loss is not told yet', () => {
    const told = without(play(), ({ type, data }) => type === 'ProxyPrepared' && data.host === ('two' as HostId));
    told.history.happened('hosts', 'HostLost', { host: 'two' as HostId, silentMs: 30_000, by: 'silence' });
    expect(promoted(told.decide())).toBe(undefined);
  });

  it('not on a draft that leads to an address which a container no longer has', () => {
    const told = without(play(), ({ type }) => type === 'ProxyPrepared');
    const container = containerOf('shop', 1, 'web', 1);
    told.history.started('shop', container, { run: 'r2', address: '10.64.9.9' }).healthy('shop', container, 'r2');
    without(told, ({ type }) => type === 'DoorsDrawn');
    expect(promoted(told)).toBe(undefined);
    expect(promoted(told.until())).toMatchObject({ version: 1 });
  });

  it('not while no host has a proxy', () => {
    const told = new Play(new History().joined('one', { proxy: false }).connected('one'), 'shop', rolloutDue);
    told.tell(requestOf('shop', 1, { web: routed }, { deadlineMs: 5000 })).until();
    const failed = told.history.events.find(({ type }) => type === 'DeployFailed')?.data as EventData<'DeployFailed'>;
    expect(promoted(told)).toBe(undefined);
    expect(failed.cause.message).toContain('a host with a proxy');
  });

  it('though its deadline passed, when everything is ready', () => {
    const told = play();
    told.until((world) => rolloutDue(world, SHOP, 0).some(({ events }) => events[0]?.type === 'VersionPromoted'));
    expect(promoted(told.wait(10_000_000).decide())).toMatchObject({ version: 1 });
  });
});

describe('a switch is complete', () => {
  const switched = (told: Play) => told.history.events.find(({ type }) => type === 'SwitchCompleted')?.data;
  const served = (told: Play, host: string, since: number, position?: number): Play => {
    const generation = { incarnation: 1, position: position ?? told.history.stack('shop').doors?.generation.position ?? 0 };
    const data: Decided = { stream: `host/${host}`, type: 'DoorsServed', data: { stack: SHOP, host: host as HostId, generation, since } };
    return told.tell(data).decide();
  };
  const promotedPlay = (): Play => without(play(), ({ type }) => type === 'DoorsServed');

  it('when every proxy serves the promoted version, with the time from the first to the last', () => {
    const told = served(promotedPlay(), 'one', 1000);
    expect(switched(told)).toBe(undefined);
    const { generation } = told.history.stack('shop').doors ?? {};
    expect(switched(served(told, 'two', 1030))).toMatchObject({ generation, skewMs: 30, proxies: ['one', 'two'] });
  });

  it('not while a proxy serves an older generation', () => {
    expect(switched(served(served(promotedPlay(), 'one', 0), 'two', 0, 1))).toBe(undefined);
  });

  it('at once where the stack never had a door', () => {
    expect(switched(play({ api: {} }).until())).toMatchObject({ skewMs: 0, proxies: [] });
  });
});
