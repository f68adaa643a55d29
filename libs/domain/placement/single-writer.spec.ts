import { expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { placementDue } from './index.ts';

const [one, two] = ['one', 'two'] as [HostId, HostId];
const shop = 'shop' as StackName;
const web = containerOf('shop', 1, 'web', 1);

/** A service with its only container on a host that is silent. */
const silent = (wish: ServiceWish): History => {
  const history = new History().joined(one).connected(one).joined(two).connected(two);
  history.deploying('shop', 1, { web: wish }).placed('shop', 1, 'web', [two]).started('shop', web).healthy('shop', web).promoted('shop', 1);
  return lost(history, 'silence');
};
const lost = (history: History, by: EventData<'HostLost'>['by']): History =>
  history.happened('hosts', 'HostLost', { host: two, silentMs: 30_000, by });
const due = (history: History): readonly string[] => {
  const said: string[] = [];
  for (;;) {
    const events = placementDue(history.world, shop, 0).find((decision) => decision.events.length > 0)?.events ?? [];
    if (events.length === 0) return said;
    history.decided(events);
    for (const { type, data } of events) said.push('placements' in data ? `${type} on ${data.placements[0]?.host}` : type);
  }
};

it('replaces what ran on a silent host', () => {
  expect(due(silent({}))).toEqual(['ContainersLost', 'ContainersPlaced on one']);
});

it('does not replace a single writer there: it may still write', () => {
  const history = silent({ singleWriter: true });
  expect(due(history)).toEqual(['ContainersLost', 'PlacementFailed']);
  const failed = history.events.find(({ type }) => type === 'PlacementFailed')?.data as EventData<'PlacementFailed'>;
  expect(failed.fix).toBe(
    'two is silent and may still run services.web, which is a single writer: wait until two is back, or, once its machine is off, berth hosts declare-lost two',
  );
});

it('replaces a single writer once a person says that the machine is off', () => {
  const history = silent({ singleWriter: true });
  due(history);
  expect(due(lost(history, 'operator'))).toEqual(['ContainersPlaced on one']);
});

it('finds a single writer again when its host is back, and places nothing', () => {
  const history = silent({ singleWriter: true });
  due(history);
  history.connected(two, 'run-2').happened('hosts', 'HostReturned', { host: two, from: 'lost' });
  expect(due(history)).toEqual(['ContainersFound']);
});
