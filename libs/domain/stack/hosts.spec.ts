import { describe, expect, it } from 'vitest';
import type { HostId } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { liveHosts } from './index.ts';

const one = 'one' as HostId;
const capacity = { milliCpus: 2000, memoryBytes: 2 ** 30 };

const fleet = (): History =>
  new History().happened('hosts', 'HostJoined', { host: one, tags: ['ssd'], capacity, proxy: true, group: 'aws-prod' }).connected('one');

const tagsOf = (history: History): readonly string[] => history.world.hosts.get(one)?.tags ?? [];

describe('tags of a host', () => {
  it('are its own, its group’s, and those that it has by itself', () => {
    expect(tagsOf(fleet())).toEqual(['group:aws-prod', 'name:one', 'ssd']);
    expect(tagsOf(fleet().happened('platform', 'GroupTagged', { group: 'aws-prod', tags: ['region:eu'] }))).toContain('region:eu');
  });

  it('keep what a person gave and took, whatever its agent and its group say later', () => {
    const retagged = fleet().happened('hosts', 'HostRetagged', { host: one, added: ['gpu'], removed: ['ssd', 'region:eu'] });
    const said = retagged
      .happened('hosts', 'HostTagged', { host: one, tags: ['ssd', 'fast'] })
      .happened('platform', 'GroupTagged', { group: 'aws-prod', tags: ['region:eu', 'prod'] });
    expect(tagsOf(said)).toEqual(['fast', 'gpu', 'group:aws-prod', 'name:one', 'prod']);
  });

  it('outlive a new hello', () => {
    const again = fleet()
      .happened('hosts', 'HostRetagged', { host: one, added: ['gpu'], removed: [] })
      .happened('hosts', 'HostJoined', { host: one, tags: ['ssd'], capacity: { ...capacity, milliCpus: 4000 }, proxy: true });
    expect(tagsOf(again)).toEqual(['gpu', 'name:one', 'ssd']);
  });
});

describe('the life of a host', () => {
  it('ends its session when it is lost, and it is awaited no more', () => {
    const lost = fleet().happened('hosts', 'HostLost', { host: one, silentMs: 30_000, by: 'silence' });
    expect(lost.world.hosts.get(one)).toMatchObject({ life: 'lost', session: null });
    expect(liveHosts(lost.world)).toEqual([]);
  });

  it('goes on when it returns', () => {
    const back = fleet()
      .happened('hosts', 'HostLost', { host: one, silentMs: 30_000, by: 'silence' })
      .happened('hosts', 'HostReturned', { host: one, from: 'lost' });
    expect(liveHosts(back.world).map(({ host }) => host)).toEqual(['one']);
  });

  it('is forgotten when it is removed', () => {
    expect(fleet().happened('hosts', 'HostRemoved', { host: one }).world.hosts.get(one)).toBeUndefined();
  });
});

describe('a cordon', () => {
  it('holds until it is lifted, with what came of it', () => {
    const drained = fleet().happened('hosts', 'HostCordoned', { host: one, why: 'drain' }).happened('hosts', 'HostDrained', { host: one });
    expect(drained.world.hosts.get(one)).toMatchObject({ cordon: { why: 'drain' }, isDrained: true });
    expect(drained.happened('hosts', 'HostUncordoned', { host: one, why: 'asked' }).world.hosts.get(one)).toMatchObject({
      cordon: null,
      isDrained: false,
    });
  });
});
