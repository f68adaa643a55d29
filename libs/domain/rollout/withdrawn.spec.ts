import { describe, expect, it } from 'vitest';
import type { ContainerId, EventData, EventType, HostId, StackName } from '#libs/contracts';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { Play, requestOf } from '#libs/testing/neighbours';
import { NAME_TTL_MS, rolloutDue } from './index.ts';

const SHOP = 'shop' as StackName;
const TWO = 'two' as HostId;
const shop: Record<string, ServiceWish> = {
  web: { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }] },
};
const [FIRST, SECOND] = [1, 2].map((slot) => containerOf('shop', 1, 'web', slot)) as [ContainerId, ContainerId];

const running = (): Play => {
  const hosts = new History().joined('one').connected('one').joined('two').connected('two');
  return new Play(hosts, 'shop', rolloutDue).tell(requestOf('shop', 1, shop)).until();
};
const withdrawn = (play: Play, why: EventData<'PlacementsWithdrawn'>['why'], ...containers: ContainerId[]): Play =>
  play.tell({ stream: 'fleet', type: 'PlacementsWithdrawn', data: { stack: SHOP, containers, why, reason: 'a test wants it' } });
const all = <T extends EventType>({ history }: Play, type: T) =>
  history.events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);

describe('a withdrawn container', () => {
  it('leaves doors and names, then stops, then is forgotten', () => {
    const play = withdrawn(running(), 'scaled-down', SECOND).decide();
    expect(all(play, 'RetirementWaveStarted')).toEqual([{ stack: SHOP, version: 1, wave: 1, containers: [SECOND], disregard: [SECOND] }]);
    play.until().wait(NAME_TTL_MS).until();
    expect(all(play, 'ContainersRetired')).toMatchObject([{ containers: [SECOND], reason: 'scaled-down', waited: { drained: true } }]);
    expect(
      play.history
        .stack('shop')
        .containers.values()
        .map(({ container }) => container),
    ).toEqual([FIRST]);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });

  it('is told to stop for the reason for which it was withdrawn, each group by itself', () => {
    const play = withdrawn(withdrawn(running(), 'drained', FIRST), 'scaled-down', SECOND)
      .until()
      .wait(NAME_TTL_MS)
      .until();
    expect(
      all(play, 'ContainersRetired')
        .map(({ reason }) => reason)
        .sort(),
    ).toEqual(['drained', 'scaled-down']);
  });

  it('leaves with its version when that is replaced', () => {
    const play = running()
      .tell(requestOf('shop', 2, shop))
      .until((world) => world.stacks.get(SHOP)?.promoted === 2);
    withdrawn(play, 'scaled-down', SECOND).until().wait(NAME_TTL_MS).until();
    expect(all(play, 'VersionRetired')).toEqual([{ stack: SHOP, version: 1 }]);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });
});

describe('a container that was lost with its host', () => {
  it('holds up no wave and no end of its leaving', () => {
    const play = running();
    const lost = play.history
      .stack('shop')
      .containers.values()
      .filter(({ host }) => host === TWO);
    play.tell({ stream: 'hosts', type: 'HostLost', data: { host: TWO, silentMs: 30_000, by: 'silence' } }).tell({
      stream: 'fleet',
      type: 'ContainersLost',
      data: { stack: SHOP, host: TWO, containers: lost.map(({ container }) => container) },
    });
    withdrawn(play, 'superseded', ...lost.map(({ container }) => container))
      .until()
      .wait(NAME_TTL_MS)
      .decide();
    expect(all(play, 'ContainersRetired')).toMatchObject([{ reason: 'superseded' }]);
  });
});

describe('a wish for another number of containers', () => {
  const scaled = (play: Play, change: EventData<'ScaleRequested'>['change']): Play =>
    play.tell({ stream: 'requests/shop', type: 'ScaleRequested', data: { stack: SHOP, service: 'web' as never, change } }).decide();

  it('counts from what the service shall have now', () => {
    const play = scaled(scaled(running(), { kind: 'to', replicas: 5 }), { kind: 'by', delta: -1 });
    expect(all(play, 'ServiceScaled')).toMatchObject([
      { service: 'web', replicas: 5, of: 2 },
      { service: 'web', replicas: 4, of: 2 },
    ]);
  });

  it('never asks for less than none or more than a service may have', () => {
    expect(all(scaled(running(), { kind: 'by', delta: -7 }), 'ServiceScaled')).toMatchObject([{ replicas: 0 }]);
    expect(all(scaled(running(), { kind: 'by', delta: 1000 }), 'ServiceScaled')).toMatchObject([{ replicas: 1000 }]);
  });
});
