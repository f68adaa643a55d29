import { describe, expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import { deploymentOf, History, manifestOf, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { placementDue } from './placement-due.ts';

const LATE = 60_000;
const MIB = 2 ** 20;
const id = `sha256:1a2b3c4d5e6f${'0'.repeat(52)}`;

/** Hosts `a`, `b` and `c`, and a version whose image is named by its id. `holders` said that they have it, the others that they have none. */
const asked = (holders: readonly string[], wish: ServiceWish = {}, tellers = ['a', 'b', 'c']): History => {
  const history = new History();
  for (const host of ['a', 'b', 'c']) history.joined(host, { capacity: { milliCpus: 4000, memoryBytes: 500 * MIB } });
  for (const host of tellers) noted(history, host, holders.includes(host) ? [id] : []);
  const subject = { stack: 'shop' as StackName, deployment: deploymentOf('shop', 1), version: 1 };
  const images = { web: { reference: 'shop/web:1', digest: id } };
  return history
    .happened('stack/shop', 'VersionCreated', { ...subject, manifest: manifestOf('shop', { web: wish }), images, revision: null })
    .happened('stack/shop', 'DeploymentStarted', { ...subject, replaces: null });
};
const noted = (history: History, host: string, held: string[]): History =>
  history.happened('hosts', 'ImagesNoted', { host: host as HostId, held, gone: [] });

const due = (history: History, now = LATE) => placementDue(history.world, 'shop' as StackName, now)[0];
const placedBy = (history: History, now = LATE): EventData<'ContainersPlaced'> => {
  const event = due(history, now)?.events[0];
  if (event?.type !== 'ContainersPlaced') throw new Error(`expect ContainersPlaced, meet ${event?.type}`);
  return event.data;
};
const refusalOf = (history: History): EventData<'PlacementFailed'> => {
  const event = due(history)?.events[0];
  if (event?.type !== 'PlacementFailed') throw new Error(`expect PlacementFailed, meet ${event?.type}`);
  return event.data;
};

describe('an image that is named by its id', () => {
  it('goes only to hosts that have it, and says so', () => {
    const { placements, considered } = placedBy(asked(['b', 'c'], { replicas: 3 }));
    expect(placements.map(({ host }) => host)).toEqual(['b', 'c', 'b']);
    expect(placements[0]?.reason).toContain('image shop/web:1 (1a2b3c4d5e6f) is not on every host; 2 of 3 hosts fit');
    expect(considered?.excluded).toEqual([{ reason: 'lacks image shop/web:1 (1a2b3c4d5e6f)', count: 1, hosts: ['a'] }]);
  });

  it('goes to every host that told no images, as before', () => {
    expect(placedBy(asked(['c'], { replicas: 3 }, ['c'])).placements.map(({ host }) => host)).toEqual(['a', 'b', 'c']);
  });

  it('says nothing of images where each host has it', () => {
    expect(placedBy(asked(['a', 'b', 'c'])).placements[0]?.reason).not.toContain('image');
  });

  it('is waited for a moment where nobody has told of it yet, and placed once somebody did', () => {
    const history = asked([]);
    expect(due(history, 0)).toMatchObject({ events: [], wakeAt: 5000 });
    expect(placedBy(noted(history, 'b', [id]), 0).placements[0]?.host).toBe('b');
  });

  it('is refused where no host has it, with what would help', () => {
    const { fix, changes, excluded } = refusalOf(asked([]));
    expect(changes).toEqual(['load image shop/web:1 (1a2b3c4d5e6f) on a']);
    expect(fix).toContain('named by its id, and none of a, b and c has it: push it to a registry');
    expect(excluded[0]).toEqual({ host: 'a', reason: 'lacks image shop/web:1 (1a2b3c4d5e6f)' });
  });

  it('is refused where who has it has no room', () => {
    const { changes, considered } = refusalOf(asked(['b'], { resources: { milliCpus: null, memoryBytes: 600 * MIB } }));
    expect(changes).toEqual(['free 100 MiB on b']);
    expect(considered?.excluded).toContainEqual({ reason: 'has not 600 MiB of memory free', count: 1, hosts: ['b'] });
  });

  it('would fit on another host, were it there', () => {
    const { changes } = refusalOf(asked(['b'], { replicas: 2, resources: { milliCpus: null, memoryBytes: 300 * MIB } }));
    expect(changes).toEqual(['load image shop/web:1 (1a2b3c4d5e6f) on a', 'free 100 MiB on b']);
  });

  it('keeps every invariant (I4, I5), which a host without it would break', () => {
    const history = asked(['b']);
    const decided = due(history)?.events ?? [];
    expect(checkInvariants(history.decided(decided).events)).toEqual([]);
    const elsewhere = decided.map((event) => JSON.parse(JSON.stringify(event).replaceAll('"host":"b"', '"host":"a"')));
    expect(checkInvariants(asked(['b']).decided(elsewhere).events)[0]?.message).toContain('lacks its image');
  });
});
