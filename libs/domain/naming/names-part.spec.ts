import { describe, expect, it } from 'vitest';
import type { Datasource, EventData } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { namesPart } from './names-part.ts';

const redis: Datasource = { type: 'redis', group: null, primary: true, host: null, address: '10.1.1.1', port: 6379, tls: false };

/** Version 1 of `shop` with one `api` at 10.64.0.11, promoted. */
const live = (): History => {
  const history = new History().joined('main').deploying('shop', 1, { api: {}, web: {} }).placed('shop', 1, 'api', ['main']);
  const container = containerOf('shop', 1, 'api', 1);
  return history.started('shop', container, { address: '10.64.0.11' }).healthy('shop', container).promoted('shop', 1);
};

const partOf = (history: History) => namesPart(history.stack('shop'));

describe('namesPart', () => {
  it('is null for a stack without versions', () => {
    expect(namesPart(new History().stack('shop'))).toBeNull();
  });

  it('names what is in service, and services without any', () => {
    const container = containerOf('shop', 1, 'api', 1);
    const part = partOf(live());
    expect(part?.versions).toEqual({ 1: { api: [{ container, host: 'main', address: '10.64.0.11' }], web: [] } });
    expect(part?.callers).toEqual({ [container]: 1 });
    expect(part?.promoted).toBe(1);
  });

  it('carries the generation of the newest change to names', () => {
    const history = live();
    expect(partOf(history)?.generation).toEqual({ incarnation: 1, position: history.world.position });
  });

  it('leaves out what is leaving, and keeps it as a caller', () => {
    const container = containerOf('shop', 1, 'api', 1);
    const part = partOf(live().leaving('shop', 1, [container]));
    expect(part?.versions).toEqual({ 1: { api: [], web: [] } });
    expect(part?.callers).toEqual({ [container]: 1 });
  });

  it('names a version that has not been promoted yet beside the promoted one', () => {
    const history = live().deploying('shop', 2, { api: {} }).placed('shop', 2, 'api', ['main']);
    expect(Object.keys(partOf(history)?.versions ?? {})).toEqual(['1', '2']);
  });

  it('forgets a version when the last of its containers is gone', () => {
    const container = containerOf('shop', 1, 'api', 1);
    const history = live().deploying('shop', 2, { api: {} }).placed('shop', 2, 'api', ['main']).promoted('shop', 2);
    expect(Object.keys(partOf(history.stopped('shop', container))?.versions ?? {})).toEqual(['2']);
  });

  it('names a failed version until a later one is promoted, so that nobody takes it for one that was live', () => {
    const failed = live().deploying('shop', 2, { api: {} }).placed('shop', 2, 'api', ['main']).failed('shop', 2);
    expect(Object.keys(partOf(failed)?.versions ?? {})).toEqual(['1', '2']);
    const later = failed.deploying('shop', 3, { api: {} }).placed('shop', 3, 'api', ['main']).promoted('shop', 3);
    expect(Object.keys(partOf(later)?.versions ?? {})).toEqual(['1', '3']);
  });

  it('says of each version which of its services are not versioned', () => {
    const first = new History().joined('main').deploying('shop', 1, { api: { dnsBehaviour: 'non-versioned' }, web: {} });
    const history = first.placed('shop', 1, 'api', ['main']).promoted('shop', 1);
    expect(partOf(history)?.unversioned).toEqual({ 1: ['api'] });
    expect(partOf(live())?.unversioned).toEqual({});
  });

  it('takes datasources from the promoted version, and from the newest before there is one', () => {
    const first = withDatasource(new History().deploying('shop', 1, {}), 2);
    expect(partOf(first)?.datasources).toEqual([redis]);
    expect(partOf(withDatasource(live(), 2))?.datasources).toEqual([]);
  });
});

const withDatasource = (history: History, version: number): History => {
  const created = history.events.find((event) => event.type === 'VersionCreated');
  const data = created?.data as EventData<'VersionCreated'>;
  return history.happened('stack/shop', 'VersionCreated', { ...data, version, manifest: { ...data.manifest, datasources: [redis] } });
};
