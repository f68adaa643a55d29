import { describe, expect, it } from 'vitest';
import { type ContainerId, type HostId, type NamesPart, type StackName, streams } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { build, type World } from '../drive/build.ts';
import type { HostMachine } from '../host/host-machine.ts';
import { planOf } from '../plan/plan.ts';
import { abandonedIn } from './abandoned.ts';
import { judgeAddresses } from './addresses.ts';
import { differences } from './differences.ts';
import { Facts } from './facts.ts';

const shop = 'shop' as StackName;
const web = containerOf('shop', 1, 'web', 1);

const worldOf = (hosts: number): World => {
  const seed = Array.from({ length: 100 }, (_, index) => index).find((each) => planOf(each).hosts.length === hosts) ?? 0;
  return build(planOf(seed), false);
};

const make = ({ engine }: HostMachine, name: ContainerId, rival: string | null = null): void => {
  const at = { EndpointsConfig: { berth: { IPAMConfig: { IPv4Address: '10.64.16.10' } } } };
  engine.make({ name, Image: 'shop-web:ok', NetworkingConfig: at }, rival);
};

const released = (host = 'h1'): History =>
  new History()
    .joined(host)
    .connected(host, 'run-1')
    .deploying('shop', 1, { web: {} })
    .placed('shop', 1, 'web', [host])
    .happened(streams.fleet, 'PlacementReleased', { stack: shop, container: web, host: host as HostId });

describe('I12', () => {
  const accused = (rival: string | null): number => {
    const { hosts } = worldOf(1);
    for (const machine of hosts) make(machine, web, rival);
    const words: string[] = [];
    const { events, world } = released();
    for (const event of events) new Facts(hosts, (_, message) => words.push(message)).take(event, world);
    return words.length;
  };

  it('denies that a container is gone that is there', () => {
    expect(accused(null)).toBe(1);
    expect(accused('run-1')).toBe(1);
  });

  it('denies nothing of what a second agent made again, which nobody listens to', () => {
    expect(accused('run-2')).toBe(0);
  });
});

describe('I13', () => {
  const accused = (holder: ContainerId, leave = (history: History) => history): readonly string[] => {
    const { hosts } = worldOf(2);
    const [here, there] = hosts;
    if (!here || !there) throw new Error('there are two hosts');
    const words: string[] = [];
    const { world } = leave(new History().joined(here.host).joined(there.host));
    judgeAddresses(
      hosts,
      () => world,
      (_, message) => words.push(message),
    );
    const endpoint = { container: holder, host: here.host, address: '10.64.16.10' };
    there.names.set(shop, { stack: shop, versions: { 1: { web: [endpoint] } } } as unknown as NamesPart);
    make(here, web);
    return words;
  };
  const other = containerOf('shop', 2, 'web', 1);

  it('says who is still led to where another one gets the address', () => {
    expect(accused(other)).toEqual([`${web} gets 10.64.16.10 while h2 leads to ${other} there`]);
    expect(accused(web)).toEqual([]);
  });

  it('asks no host that is lost', () => {
    const lost = (history: History) => history.happened('hosts', 'HostLost', { host: 'h2' as HostId, by: 'silence', silentMs: 30_000 });
    expect(accused(other, lost)).toEqual([]);
  });
});

describe('rest', () => {
  it('is not there before every host speaks in the session that the log holds', async () => {
    const { hosts, loop } = worldOf(1);
    await loop.runUntil(100);
    const history = new History().joined('h1').connected('h1', 'run-1');
    const words = [...differences(history.world, { hosts, mayHaveStrangers: true })];
    expect(words).toContain('h1 speaks in no session that the log holds');
    const agreeing = new History().joined('h1').connected('h1', hosts[0]?.runId ?? '');
    expect([...differences(agreeing.world, { hosts, mayHaveStrangers: true })]).toEqual([]);
  });
});

describe('abandonedIn', () => {
  it('finds those whose host was removed before they left it, and no others', () => {
    expect([...abandonedIn(released().events)]).toEqual([]);
    const removed = new History()
      .joined('h1')
      .placed('shop', 1, 'web', ['h1'])
      .happened('hosts', 'HostRemoved', { host: 'h1' as HostId });
    const { events } = removed.happened(streams.fleet, 'PlacementReleased', { stack: shop, container: web, host: 'h1' as HostId });
    expect([...abandonedIn(events)]).toEqual([web]);
  });
});
