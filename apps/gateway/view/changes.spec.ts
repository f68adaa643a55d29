import { describe, expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import { containerOf, deploymentOf, History, manifestOf } from '#libs/testing/history';
import { type Change, viewChanges } from './changes.ts';
import { type ContainerRow, containerViewOf, type DeploymentRow, deploymentViewOf, type HostRow, type ParkRow } from './rows.ts';

interface Tables {
  readonly deployment: Map<string, DeploymentRow>;
  readonly container: Map<string, ContainerRow>;
  readonly host: Map<string, HostRow>;
  readonly park: Map<string, ParkRow>;
}

/** The tables, kept in maps. */
const fold = (events: readonly BerthEvent[]): Tables => {
  const tables: Tables = { deployment: new Map(), container: new Map(), host: new Map(), park: new Map() };
  for (const change of events.flatMap(viewChanges)) make(tables[change.table] as Map<string, object>, change);
  return tables;
};

const make = (table: Map<string, object>, change: Change): void => {
  if (change.do === 'drop') table.delete(change.key);
  else if (change.do === 'put') table.set(change.key, { ...table.get(change.key), ...change.columns });
  else for (const key of change.keys) if (table.has(key)) table.set(key, { ...table.get(key), ...change.columns });
};

const shop = deploymentOf('shop', 1);
const web = containerOf('shop', 1, 'web', 1);
const asked = (): History => {
  const manifest = manifestOf('shop', { web: {} });
  const request = { stack: manifest.stack, deployment: shop, key: 'k', bodyHash: 'a'.repeat(64), manifest, images: {}, revision: null };
  return new History(10).happened('requests/shop', 'DeployRequested', request);
};
const running = (): History => asked().at(20).deploying('shop', 1, { web: {} }).at(30).placed('shop', 1, 'web', ['h1']);
const deploymentIn = ({ events }: History) => deploymentViewOf(fold(events).deployment.get(shop) as DeploymentRow);
const containerIn = ({ events }: History) => containerViewOf(fold(events).container.get(web) as ContainerRow);

describe('the read model of a deployment', () => {
  it('shows what was asked for before anybody looked at it', () => {
    expect(deploymentIn(asked())).toEqual({
      ...{ deployment: shop, stack: 'shop', version: null, status: 'requested' },
      ...{ requestedAt: 10, endedAt: null, failure: null },
    });
  });

  it('shows a version that was created and waits as queued', () => {
    const history = asked().deploying('shop', 1, { web: {} });
    expect(deploymentIn({ events: history.events.slice(0, 2) } as History)).toMatchObject({ status: 'queued', version: 1 });
  });

  it('shows it running, then promoted with the time', () => {
    expect(deploymentIn(running())).toMatchObject({ status: 'running', endedAt: null });
    expect(deploymentIn(running().at(50).promoted('shop', 1))).toMatchObject({ status: 'promoted', endedAt: 50 });
  });

  it('shows why it failed', () => {
    const view = deploymentIn(running().at(60).failed('shop', 1));
    expect(view).toMatchObject({ status: 'failed', endedAt: 60, failure: { step: 'start', cause: { kind: 'deadline' } } });
  });
});

describe('the read model of a container', () => {
  it('follows it from its placement to its health', () => {
    const history = running();
    expect(containerIn(history)).toMatchObject({ status: 'placed', since: 30, host: 'h1', reason: 'the test says so', address: null });
    expect(containerIn(history.at(40).started('shop', web))).toMatchObject({ status: 'started', since: 40, address: '10.64.0.2' });
    expect(containerIn(history.at(50).healthy('shop', web))).toMatchObject({ status: 'healthy', since: 50, address: '10.64.0.2' });
  });

  it('shows it leaving, then stopping, whatever its host says of its health', () => {
    const history = running().started('shop', web).healthy('shop', web);
    expect(containerIn(history.at(60).leaving('shop', 1, [web]).at(61).healthy('shop', web))).toMatchObject({
      status: 'leaving',
      since: 60,
    });
    expect(containerIn(history.at(70).retired('shop', [web]).at(71).stopped('shop', web))).toMatchObject({ status: 'stopping', since: 70 });
  });

  it('shows one that vanished as placed: its host makes it again', () => {
    expect(containerIn(running().started('shop', web).healthy('shop', web).at(80).stopped('shop', web))).toMatchObject({
      status: 'placed',
      address: null,
      since: 80,
    });
  });

  it('forgets it when its placement is released', () => {
    const { events } = running().happened('fleet', 'PlacementReleased', { stack: 'shop' as never, container: web, host: 'h1' as never });
    expect(fold(events).container.size).toBe(0);
  });
});

describe('the read model of a host', () => {
  it('keeps when it connected when it joins again with another capacity', () => {
    const history = new History(5)
      .joined('h1', { tags: ['ssd'] })
      .connected('h1')
      .at(9)
      .joined('h1', { proxy: false });
    expect(fold(history.events).host.get('h1')).toEqual({
      ...{ host: 'h1', tags: [], milliCpus: 4000, memoryBytes: 8 * 2 ** 30, proxy: false },
      lastConnectedAt: 5,
    });
  });

  it('takes new tags, and nothing of a host that never joined', () => {
    const tagged = (host: string) =>
      new History().joined('h1').happened('hosts', 'HostTagged', { host: host as never, tags: ['gpu'] }).events;
    expect(fold(tagged('h1')).host.get('h1')?.tags).toEqual(['gpu']);
    expect(fold(tagged('h2')).host.size).toBe(1);
  });

  it('keeps what was last refused of it', () => {
    const refused = { counts: [{ reason: 'r', count: 2 }], since: 1, until: 3 };
    const history = new History().joined('h1').happened('host/h1', 'ReportsRefused', { host: 'h1' as never, ...refused });
    expect(fold(history.events).host.get('h1')?.refused).toEqual(refused);
  });
});

it('the read model agrees with the one fold of the stack on every container and deployment', () => {
  const history = running().started('shop', web).healthy('shop', web).promoted('shop', 1).deploying('shop', 2, { web: {} });
  const { container, deployment } = fold(history.events);
  const state = history.stack('shop');
  expect([...container.values()].map(({ status }) => status)).toEqual(state.containers.values().map(({ status }) => status));
  expect(deployment.get(shop)?.status).toBe(state.deployments[shop]?.status);
});
