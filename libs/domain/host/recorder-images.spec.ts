import { describe, expect, it } from 'vitest';
import type { HostId, HostReport, StackName } from '#libs/contracts';
import { deploymentOf, History, manifestOf } from '#libs/testing/history';
import { record } from './recorder.ts';

const [one, two] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
const joined = (): History => new History().joined('a').connected('a');

const naming = (history: History, version: number, digest: string): History => {
  const subject = { stack: 'shop' as StackName, deployment: deploymentOf('shop', version), version };
  const images = { web: { reference: 'shop-web', digest } };
  return history.happened('stack/shop', 'VersionCreated', {
    ...subject,
    manifest: manifestOf('shop', { web: {} }),
    images,
    revision: null,
  });
};

/** Folds what a host's images are found to be, and says it. */
const noted = (history: History, images?: HostReport['images']): readonly unknown[] => {
  const session = history.world.hosts.get('a' as HostId)?.session?.generation ?? { incarnation: 0, position: 0 };
  const level: HostReport = { type: 'HostReport', host: 'a' as HostId, session, seq: 1, full: true, containers: [], parts: [], images };
  const events = record(level, history.world).map(({ event }) => event);
  history.decided(events);
  return events.map(({ data }) => data);
};

describe('images of a host', () => {
  it('are noted where no registry has them, once', () => {
    const history = joined();
    expect(noted(history, { local: [one], others: [two] })).toEqual([{ host: 'a', held: [one], gone: [] }]);
    expect(noted(history, { local: [one], others: [two] })).toEqual([]);
  });

  it('are noted first even if there are none: so it is known that there are none', () => {
    const history = joined();
    expect(noted(history, { local: [], others: [] })).toEqual([{ host: 'a', held: [], gone: [] }]);
    expect(noted(history, { local: [], others: [] })).toEqual([]);
  });

  it('are nothing where the agent does not tell them', () => {
    expect(noted(joined())).toEqual([]);
    expect(joined().world.hosts.get('a' as HostId)?.images).toBeNull();
  });

  it('are noted of a registry as soon as a version names one by its id', () => {
    const history = joined();
    noted(history, { local: [], others: [one, two] });
    expect(noted(naming(history, 1, one), { local: [], others: [one, two] })).toEqual([{ host: 'a', held: [one], gone: [] }]);
  });

  it('stay held when they were pushed to a registry and a version still names them', () => {
    const history = naming(joined(), 1, one);
    noted(history, { local: [one, two], others: [] });
    expect(noted(history, { local: [], others: [one, two] })).toEqual([{ host: 'a', held: [], gone: [two] }]);
    expect(history.world.hosts.get('a' as HostId)?.images).toEqual([one]);
  });
});
