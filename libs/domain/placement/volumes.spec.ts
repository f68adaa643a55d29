import { describe, expect, it } from 'vitest';
import type { HostId, Manifest, StackName } from '#libs/contracts';
import { containerOf, deploymentOf, History, manifestOf } from '#libs/testing/history';
import { placementDue } from './placement-due.ts';

const eventsOf = (history: History) => placementDue(history.world, 'shop' as StackName, 0).flatMap(({ events }) => events);
const hostsOf = (history: History): readonly string[] =>
  eventsOf(history).flatMap((event) => (event.type === 'ContainersPlaced' ? event.data.placements.map(({ host }) => host) : []));

/** A database that keeps its data in a volume. */
const deploying = (history: History, version: number, replicas: number, isExternal = false): History => {
  const mounts = [{ volume: 'data', target: '/data', readOnly: false }];
  const manifest: Manifest = { ...manifestOf('shop', { db: { replicas, mounts } }), volumes: { data: { isExternal } } };
  const subject = { stack: 'shop' as StackName, deployment: deploymentOf('shop', version), version };
  return history
    .happened('stack/shop', 'VersionCreated', { ...subject, manifest, images: {}, revision: null })
    .happened('stack/shop', 'DeploymentStarted', { ...subject, replaces: null });
};

/** Two slots whose containers ran on `b` and `c`. */
const ran = (isExternal = false): History => {
  const history = new History().joined('a').joined('b').joined('c');
  deploying(history, 1, 2, isExternal).placed('shop', 1, 'db', ['b', 'c']);
  for (const slot of [1, 2]) history.started('shop', containerOf('shop', 1, 'db', slot));
  return history.promoted('shop', 1);
};

describe('a slot that has volumes', () => {
  it('goes only to the host that holds them, in every version', () => {
    expect(hostsOf(deploying(ran(), 2, 3))).toEqual(['b', 'c', 'a']);
  });

  it('goes anywhere when the volumes are there without it', () => {
    expect(hostsOf(deploying(ran(true), 2, 2))).toEqual(['a', 'b']);
  });

  it('goes anywhere as long as no container of it has started', () => {
    const history = new History().joined('a').joined('b');
    deploying(history, 1, 1).placed('shop', 1, 'db', ['b']).failed('shop', 1);
    expect(hostsOf(deploying(history, 2, 1))).toEqual(['a']);
  });

  it('is refused while that host takes nothing, and says what would help', () => {
    const history = deploying(ran(), 2, 1).happened('hosts', 'HostCordoned', { host: 'b' as HostId, why: 'cordon' });
    const [event] = eventsOf(history);
    expect(event).toMatchObject({ type: 'PlacementFailed', data: { changes: ['uncordon b'] } });
    expect(event?.type === 'PlacementFailed' && event.data.fix).toBe(
      'b alone holds the volumes of services.db, and does not take it (is cordoned): uncordon b',
    );
  });

  it('goes elsewhere once that host left the fleet', () => {
    const history = deploying(ran(), 2, 1).happened('hosts', 'HostRemoved', { host: 'b' as HostId });
    history.decided(eventsOf(history));
    expect(hostsOf(history)).toEqual(['a']);
  });
});
