import { describe, expect, it } from 'vitest';
import type { HostId } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { emptyWorld, evolveWorld, liveHosts, liveProxies, versionsOf } from './index.ts';

describe('the fold of the world', () => {
  it('counts the versions of every stream', () => {
    const { world } = new History().joined('one').joined('two').deploying('shop', 1, { web: {} });
    expect(versionsOf(world, ['hosts', 'stack/shop', 'doors/shop'])).toEqual({ hosts: 2, 'stack/shop': 2, 'doors/shop': 0 });
  });

  it('gives a host its newest session, and keeps it when the host joins again', () => {
    const history = new History().joined('one').connected('one', 'a').at(5).connected('one', 'b').joined('one', { proxy: false });
    expect(history.world.hosts.get('one' as HostId)).toMatchObject({
      proxy: false,
      session: { runId: 'b', generation: { incarnation: 1, position: 3 }, at: 5 },
    });
  });

  it('lists hosts by id, and of them those with a proxy', () => {
    const { world } = new History().joined('two').joined('one', { proxy: false });
    expect(liveHosts(world).map(({ host }) => host)).toEqual(['one', 'two']);
    expect(liveProxies(world).map(({ host }) => host)).toEqual(['two']);
  });

  it('is the same after the same events', () => {
    const { events, world } = new History()
      .joined('one')
      .connected('one')
      .deploying('shop', 1, { web: {} })
      .placed('shop', 1, 'web', ['one']);
    expect(JSON.stringify(events.reduce(evolveWorld, emptyWorld))).toBe(JSON.stringify(world));
  });
});
