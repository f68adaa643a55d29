import { describe, expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import { containersOf, isInService, stackOf, type World } from '#libs/domain/stack';
import { deploymentOf, History, manifestOf } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { Fork } from './fork.ts';
import { playOn } from './play.ts';
import { rebalanceDue } from './rebalance-due.ts';
import { whatThen } from './what-if.ts';

const shop = 'shop' as StackName;
const LATER = 100_000;

/** Six of `web` on h1 and h2, and all that happened until they served. */
const serving = (rebalance?: 'auto'): History => {
  const history = new History().joined('h1').connected('h1').joined('h2').connected('h2');
  const manifest = { ...manifestOf('shop', { web: { replicas: 6 } }), ...(rebalance ? { rebalance } : {}) };
  const deploy: EventData<'DeployRequested'> = {
    ...{ stack: shop, deployment: deploymentOf('shop', 1), key: 'k', bodyHash: '0'.repeat(64), manifest, images: {}, revision: null },
  };
  const { told } = whatThen(history.world, { deploy, scale: [], without: [], tags: [] }, 0);
  for (const { at, stream, type, data } of told) history.at(at).happened(stream, type, data);
  return history;
};
const withHost = (rebalance?: 'auto'): History => serving(rebalance).joined('h3').connected('h3');
const hostsIn = (world: World) =>
  containersOf(stackOf(world, shop))
    .filter(isInService)
    .map(({ host }) => host)
    .sort()
    .join(' ');
const due = ({ world }: History, now = LATER) => rebalanceDue(world, shop, now);
const placed = (history: History, now?: number) => due(history, now).flatMap(({ events }) => events);

describe('a stack that asks for it', () => {
  it('goes to a host that joined one container at a time, each once the one before is done', () => {
    const history = withHost('auto');
    for (let moves = 0; moves < 2; moves++) {
      const now = history.events.at(-1)?.at ?? 0;
      const [event, ...more] = placed(history, now + LATER);
      expect([event?.type, more]).toEqual(['ContainersPlaced', []]);
      const fork = new Fork(history.world, now + LATER);
      fork.tell(event ? [event] : []);
      expect(rebalanceDue(fork.world, shop, fork.now)).toEqual([]);
      playOn(fork, [shop]);
      for (const { at, stream, type, data } of fork.told) history.at(at).happened(stream, type, data);
    }
    expect(hostsIn(history.world)).toBe('h1 h1 h2 h2 h3 h3');
    expect(placed(history, LATER * 10)).toEqual([]);
    expect(checkInvariants(history.events)).toEqual([]);
  });

  it('names both hosts as its reason, and the container that goes', () => {
    const [event] = placed(withHost('auto'));
    const [placement] = event?.type === 'ContainersPlaced' ? event.data.placements : [];
    expect(placement).toMatchObject({
      ...{ container: 'shop-web-5-bshopaaa-2', slot: 5, host: 'h3', replaces: 'shop-web-5-bshopaaa-1' },
      reason: 'moved to even out: h1 has 3 of web, h3 0',
    });
  });

  it('waits until the host has lived for a minute, and for an hour after it was lost', () => {
    const history = withHost('auto');
    const joined = history.world.hosts.get('h3' as HostId)?.lifeSince ?? 0;
    expect(due(history, joined + 59_999)).toMatchObject([{ events: [], wakeAt: joined + 60_000 }]);
    expect(placed(history, joined + 60_000)).toHaveLength(1);
    const host = 'h3' as HostId;
    history.at(LATER).happened('hosts', 'HostLost', { host, silentMs: 30_000, by: 'silence' });
    history.connected('h3', 'run-2').happened('hosts', 'HostReturned', { host, from: 'lost' });
    expect(due(history, LATER * 2)).toMatchObject([{ events: [], wakeAt: LATER + 3_600_000 }]);
  });

  it('waits while it is scaled, deployed or moved', () => {
    const scaled = { stack: shop, service: 'web', replicas: 7, of: 6, request: 'r' } as unknown as EventData<'ServiceScaled'>;
    expect(due(withHost('auto').happened('stack/shop', 'ServiceScaled', scaled))).toEqual([]);
    expect(due(withHost('auto').deploying('shop', 2, { web: {} }))).toEqual([]);
    const moves = [{ container: 'shop-web-1-bshopaaa-1', host: 'h3' }] as unknown as EventData<'MovesRequested'>['moves'];
    expect(due(withHost('auto').happened('requests/shop', 'MovesRequested', { stack: shop, moves }))).toEqual([]);
  });
});

it('is off unless a stack asks for it', () => {
  expect(due(withHost())).toEqual([]);
});
