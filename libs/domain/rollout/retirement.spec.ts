import { describe, expect, it } from 'vitest';
import type { EventData, EventType, HostId, StackName } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { factsOwed, Play, requestOf } from '#libs/testing/neighbours';
import { NAME_TTL_MS, rolloutDue } from './index.ts';

const SHOP = 'shop' as StackName;
const shop: Record<string, ServiceWish> = {
  web: { ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }] },
  api: {},
};
const WEB = containerOf('shop', 1, 'web', 1);
const API = containerOf('shop', 1, 'api', 1);

/** Version 2 was promoted over version 1, and time stands still. */
const replaced = (): Play => {
  const hosts = new History().joined('one').connected('one').joined('two').connected('two');
  const told = new Play(hosts, 'shop', rolloutDue).tell(requestOf('shop', 1, shop)).until();
  told.tell(requestOf('shop', 2, shop)).until((world) => world.stacks.get(SHOP)?.promoted === 2);
  return told;
};
const without = (told: Play, ...held: EventType[]): Play => {
  for (;;) {
    const fact = factsOwed(told.history.world, SHOP).find(({ type }) => !held.includes(type));
    if (!fact) return told.decide();
    told.tell(fact).decide();
  }
};
const all = <T extends EventType>({ history }: Play, type: T) =>
  history.events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);
const stops = (told: Play) => all(told, 'ContainersRetired');

describe('a replaced version', () => {
  it('stays until every proxy has switched', () => {
    expect(all(without(replaced(), 'DoorsServed'), 'RetirementWaveStarted')).toEqual([]);
  });

  it('leaves in waves, each when the one before is gone', () => {
    const told = without(replaced(), 'ContainerStopped').wait(NAME_TTL_MS).decide();
    expect(all(told, 'RetirementWaveStarted')).toMatchObject([{ wave: 1, containers: [WEB], disregard: [API, WEB] }]);
    expect(all(told.until(), 'RetirementWaveStarted')).toMatchObject([{ wave: 1 }, { wave: 2, containers: [API], disregard: [API] }]);
  });

  it('is retired when the last of its containers is released', () => {
    const told = replaced().until();
    expect(all(told, 'VersionRetired')).toEqual([{ stack: SHOP, version: 1 }]);
    expect(told.history.stack('shop').versions[1]?.status).toBe('retired');
  });

  it('stops a container when the names have been gone for their time to live, and it is drained', () => {
    const told = without(replaced());
    expect(stops(told.wait(NAME_TTL_MS - 1).decide())).toEqual([]);
    expect(stops(told.wait(1).decide())).toEqual([
      { stack: SHOP, containers: [WEB], reason: 'replaced', waited: { ms: NAME_TTL_MS, drained: true } },
    ]);
  });

  it('asks to be woken when the time to live ends', () => {
    const told = without(replaced());
    expect(rolloutDue(told.history.world, SHOP, told.now)).toMatchObject([{ events: [], wakeAt: told.now + NAME_TTL_MS }]);
  });

  it('is decided on the versions of stack, doors and hosts, and on who listened', () => {
    const told = without(replaced()).wait(NAME_TTL_MS);
    const [decision] = rolloutDue(told.history.world, SHOP, told.now);
    expect(Object.keys(decision?.expected ?? {})).toEqual(['stack/shop', 'doors/shop', 'hosts', 'listening/deployer']);
  });

  it.each(['NamesServed', 'DoorsServed'] as const)('stops nothing without %s of every host, however long it takes', (type) => {
    const told = replaced();
    told.until(() => all(told, 'RetirementWaveStarted').length > 0);
    if (type === 'DoorsServed') {
      redrawn(told, WEB);
      redrawn(told);
    }
    expect(stops(without(told, type).wait(10_000_000).decide())).toEqual([]);
  });

  it('stops nothing that live doors name, however long it takes', () => {
    const told = replaced();
    told.until(() => all(told, 'RetirementWaveStarted').length > 0);
    redrawn(told, WEB);
    const generation = told.history.stack('shop').doors?.generation as never;
    for (const host of ['one', 'two'] as HostId[])
      told.tell({ stream: `host/${host}`, type: 'DoorsServed', data: { stack: SHOP, host, generation, since: 0 } });
    expect(stops(without(told, 'DoorsDrawn').wait(10_000_000).decide())).toEqual([]);
  });

  it.each(['DoorsServed', 'NamesServed'] as const)('is not held up by newer %s than what it waits for', (type) => {
    const told = without(replaced());
    for (let again = 0; again < 3; again++) {
      told.wait(NAME_TTL_MS / 4);
      const generation = { incarnation: 1, position: told.history.world.position };
      for (const host of ['one', 'two'] as HostId[])
        told.tell({ stream: `host/${host}`, type, data: { stack: SHOP, host, generation, since: 0 } } as Decided);
    }
    expect(stops(told.decide())).toEqual([]);
    expect(stops(told.wait(NAME_TTL_MS / 4).decide())).toMatchObject([{ containers: [WEB] }]);
  });

  it('is not held up by doors that are drawn anew without it', () => {
    const told = without(replaced()).wait(NAME_TTL_MS);
    redrawn(told);
    expect(stops(told.decide())).toMatchObject([{ containers: [WEB] }]);
  });

  it('stops an undrained container at the drain timeout, and says so', () => {
    const told = without(replaced(), 'ContainersDrained');
    expect(stops(told.wait(299_999).decide())).toEqual([]);
    expect(stops(told.wait(1).decide())).toMatchObject([{ containers: [WEB], waited: { ms: 300_000, drained: false } }]);
  });

  it('waits for every proxy to say that it is drained', () => {
    const told = without(replaced(), 'ContainersDrained');
    told.tell(drainedBy('one')).wait(NAME_TTL_MS).decide();
    expect(stops(told)).toEqual([]);
    expect(stops(told.tell(drainedBy('two')).decide())).toMatchObject([{ waited: { drained: true } }]);
  });

  it('needs nobody’s word for a container that does not run', () => {
    const told = without(replaced(), 'ContainersDrained');
    const failure = { run: 'r', reason: 'exited', exitCode: 1, oom: false, message: '', output: null } as const;
    told.history.happened('host/one', 'ContainerFailed', { stack: SHOP, host: 'one' as HostId, container: WEB, ...failure });
    expect(stops(without(told, 'ContainersDrained', 'ContainerStarted').wait(NAME_TTL_MS).decide())).toMatchObject([{ containers: [WEB] }]);
  });

  it('goes on leaving while the next one is deployed', () => {
    const told = without(replaced(), 'ContainerStopped')
      .tell(requestOf('shop', 3, shop))
      .until();
    expect(told.history.stack('shop').promoted).toBe(3);
    expect(all(told, 'VersionRetired').map(({ version }) => version)).toEqual([1, 2]);
  });

  const drainedBy = (host: string): Decided => ({
    ...{ stream: `host/${host}`, type: 'ContainersDrained' },
    data: { stack: SHOP, host: host as HostId, containers: [WEB] },
  });

  /** The live doors change, so that every proxy has to follow anew. */
  const redrawn = (told: Play, ...containers: string[]): void => {
    const { servers = [] } = told.history.stack('shop').doors ?? {};
    const endpoints = { 'shop:8080:_': containers.map((container) => ({ container, host: 'one', address: '10.64.0.2', port: 80 })) };
    const data = { stack: SHOP, mode: 'live', deployment: null, version: 2, servers, endpoints } as unknown as EventData<'DoorsDrawn'>;
    told.history.happened('doors/shop', 'DoorsDrawn', data);
  };
});
