import { describe, expect, it } from 'vitest';
import type { EventData, EventType, StackName } from '#libs/contracts';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { placementDue } from './placement-due.ts';

const LATE = 60_000;
const wish = (replicas: number, more: ServiceWish = {}): ServiceWish => ({
  ...{ replicas, ports: [{ container: 53, doors: [], mapped: [{ port: 53, protocol: 'udp' }] }] },
  ...more,
});

/** Version 1 serves on these hosts, of `hosts`; version 2 is begun. */
const redeployed = (hosts: readonly string[], on: readonly string[], more: ServiceWish = {}): History => {
  const history = new History();
  for (const host of hosts) history.joined(host);
  history.deploying('shop', 1, { dns: wish(on.length, more) }).placed('shop', 1, 'dns', on);
  for (const [nth] of on.entries()) {
    const container = containerOf('shop', 1, 'dns', nth + 1);
    history.started('shop', container).healthy('shop', container);
  }
  return history.promoted('shop', 1).deploying('shop', 2, { dns: wish(on.length, more) });
};
const dataOf = <T extends EventType>(history: History, type: T): EventData<T> => {
  const event = placementDue(history.world, 'shop' as StackName, LATE)[0]?.events[0];
  if (event?.type !== type) throw new Error(`expect ${type}, meet ${event?.type}`);
  return event.data as EventData<T>;
};
const fixOf = (history: History): string => dataOf(history, 'PlacementFailed').fix;

describe('a service that maps a port, deployed again', () => {
  it('takes the other host where there is one', () => {
    const { placements } = dataOf(redeployed(['a', 'b'], ['a']), 'ContainersPlaced');
    expect(placements.map(({ host }) => host)).toEqual(['b']);
  });

  it('is refused where its version before fills every host, with the ways out', () => {
    expect(fixOf(redeployed(['a', 'b'], ['a', 'b']))).toBe(
      'services.dns maps udp/53, which its v1 holds on a and b until v2 serves: side by side they need 4 hosts, and 2 fit; add 2 hosts, or run at most 1 (deploy.replicas), or deploy once without the port in x-berth.ports and then with it',
    );
    expect(fixOf(redeployed(['a'], ['a']))).toContain('need 2 hosts, and 1 fits; add a host, or deploy once without');
  });

  it('that every host has can only go without the port for once', () => {
    expect(fixOf(redeployed(['a'], ['a'], { strategy: 'EVERY_NODE' }))).toMatch(/1 fits; deploy once without the port/);
  });
});
