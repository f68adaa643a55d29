import { describe, expect, it } from 'vitest';
import type { EventData, EventType, StackName } from '#libs/contracts';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { doorsDue } from '../routing/index.ts';
import { placementDue } from './placement-due.ts';

const shop = 'shop' as StackName;
const dns = 'dns' as StackName;
const door: ServiceWish = { ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [], path: '/' }], mapped: [] }] };
const mapping = (protocol: 'tcp' | 'udp'): ServiceWish => ({ ports: [{ container: 53, doors: [], mapped: [{ port: 8080, protocol }] }] });

const dataOf = <T extends EventType>(history: History, type: T): EventData<T> => {
  const event = placementDue(history.world, dns, 60_000)[0]?.events[0];
  if (event?.type !== type) throw new Error(`expect ${type}, meet ${event?.type}`);
  return event.data as EventData<T>;
};
/** A shop that is healthy: its doors are due. */
const healthy = (history: History): History => {
  const web = containerOf('shop', 1, 'web', 1);
  return history.deploying('shop', 1, { web: door }).placed('shop', 1, 'web', ['a']).started('shop', web).healthy('shop', web);
};
const drawn = (history: History): History => history.decided(doorsDue(healthy(history).world, shop, 0).flatMap(({ events }) => events));
const fleet = (): History => new History().joined('a').joined('b', { proxy: false });

describe('a port of the host that a proxy has open', () => {
  it('is given on hosts without a proxy alone, and the others say whose door it is', () => {
    const { placements, considered } = dataOf(drawn(fleet()).deploying('dns', 1, { dns: mapping('tcp') }), 'ContainersPlaced');
    expect(placements.map(({ host }) => host)).toEqual(['b']);
    expect(considered?.excluded).toEqual([{ reason: 'has a door of shop at tcp/8080', count: 1, hosts: ['a'] }]);
    expect(considered?.fitting).toBe(1);
  });

  it('is refused where every host has a proxy, by the field and what would help', () => {
    const { fix, changes } = dataOf(drawn(new History().joined('a')).deploying('dns', 1, { dns: mapping('tcp') }), 'PlacementFailed');
    expect(fix).toBe(
      'services.dns maps tcp/8080 of its host (x-berth.ports), where every proxy has a door of stack shop: map another port, or give that door another one',
    );
    expect(changes).toEqual(['map another port than tcp/8080 in x-berth.ports']);
  });

  it('is given for udp: proxies have none of these', () => {
    const { placements } = dataOf(drawn(fleet()).deploying('dns', 1, { dns: mapping('udp') }), 'ContainersPlaced');
    expect(placements.map(({ host }) => host)).toEqual(['b']);
  });

  it('is no door for who comes after a container that has it', () => {
    const history = healthy(
      fleet()
        .deploying('dns', 1, { dns: mapping('tcp') })
        .placed('dns', 1, 'dns', ['a']),
    );
    const [event] = doorsDue(history.world, shop, 0).flatMap(({ events }) => events);
    expect(event).toMatchObject({
      type: 'DoorsRefused',
      data: { reason: 'a gives its tcp/8080 to a container of stack dns', fix: expect.stringContaining('x-berth.ports of stack dns') },
    });
  });
});
