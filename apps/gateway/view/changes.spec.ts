import { describe, expect, it } from 'vitest';
import type { BerthEvent, EventData, HostId } from '#libs/contracts';
import { type Hearing, hearingOf } from '#libs/event-log/listening';
import { containerOf, deploymentOf, History, manifestOf } from '#libs/testing/history';
import { type Change, viewChanges } from './changes.ts';
import {
  type ContainerRow,
  type DeploymentRow,
  deploymentViewOf,
  type FleetRow,
  type GroupRow,
  type HostRow,
  hostViewOf,
  listedContainerOf,
  type ParkRow,
  type ScaledRow,
  type SilenceRow,
} from './rows.ts';

interface Tables {
  readonly deployment: Map<string, DeploymentRow>;
  readonly container: Map<string, ContainerRow>;
  readonly host: Map<string, HostRow>;
  readonly host_group: Map<string, GroupRow>;
  readonly fleet: Map<string, FleetRow>;
  readonly park: Map<string, ParkRow>;
  readonly scaled: Map<string, ScaledRow>;
  readonly silence: Map<string, SilenceRow>;
}

/** The tables, kept in maps. */
const fold = (events: readonly BerthEvent[]): Tables => {
  const tables: Tables = {
    ...{ deployment: new Map(), container: new Map(), park: new Map(), scaled: new Map(), silence: new Map() },
    ...{ host: new Map(), host_group: new Map(), fleet: new Map() },
  };
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
const heard = (now: number, last = now): Hearing => hearingOf([], { last, now });
const deploymentIn = ({ events }: History, hearing: Hearing | null = null) =>
  deploymentViewOf(fold(events).deployment.get(shop) as DeploymentRow, hearing);
const containerIn = ({ events }: History, hearing: Hearing | null = null) => {
  const { container, deployment } = fold(events);
  return listedContainerOf(container.get(web) as ContainerRow, deployment.get(shop)?.drainTimeoutMs ?? null, hearing);
};

describe('the read model of a deployment', () => {
  it('shows what was asked for before anybody looked at it', () => {
    expect(deploymentIn(asked())).toEqual({
      ...{ deployment: shop, stack: 'shop', version: null, status: 'requested' },
      ...{ requestedAt: 10, endedAt: null, failure: null, left: null },
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

describe('what is left of time of work', () => {
  it('is told of a deployment that runs: its deadline since it began', () => {
    expect(deploymentIn(running(), heard(5020)).left).toEqual({ listeningMs: 595_000, silentSince: null });
    expect(deploymentIn(asked(), heard(5020)).left).toBeNull();
    expect(deploymentIn(running().promoted('shop', 1), heard(5020)).left).toBeNull();
  });

  it('stands still while nobody listens', () => {
    expect(deploymentIn(running(), heard(900_020, 5020)).left).toEqual({ listeningMs: 595_000, silentSince: 5020 });
  });

  it('is told of a container that leaves: its drain timeout since it began to', () => {
    const leaving = running().at(60).leaving('shop', 1, [web]);
    expect(containerIn(leaving, heard(5060)).left).toEqual({ listeningMs: 295_000, silentSince: null });
    expect(containerIn(leaving.at(70).retired('shop', [web]), heard(5060)).left).toBeNull();
    expect(containerIn(running(), heard(5060)).left).toBeNull();
  });

  it('knows every silence that the log tells of', () => {
    const told = running().happened('listening/deployer', 'ListeningResumed', { consumer: 'deployer', from: 100, until: 7100 });
    expect([...fold(told.events).silence.values()]).toMatchObject([{ consumer: 'deployer', since: 100, until: 7100 }]);
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

describe('the read model of a container that is lost or withdrawn', () => {
  const told = (type: 'ContainersLost' | 'ContainersFound') =>
    ({ ...{ stack: 'shop', host: 'h1', containers: [web] } }) as EventData<typeof type>;
  const lost = () => running().started('shop', web).healthy('shop', web).at(90).happened('fleet', 'ContainersLost', told('ContainersLost'));

  it('shows it lost with its host, and as it was once it is found', () => {
    expect(containerIn(lost())).toMatchObject({ status: 'lost', since: 90 });
    expect(containerIn(lost().happened('fleet', 'ContainersFound', told('ContainersFound')))).toMatchObject({ status: 'healthy' });
  });

  it('shows one that shall leave as withdrawn until it does', () => {
    const data = { stack: 'shop', containers: [web], why: 'drained', reason: 'r' } as never;
    const history = running().at(95).happened('fleet', 'PlacementsWithdrawn', data);
    expect(containerIn(history)).toMatchObject({ status: 'withdrawn', since: 95 });
    expect(containerIn(history.at(99).leaving('shop', 1, [web]))).toMatchObject({ status: 'leaving', since: 99 });
  });
});

describe('the view of a host', () => {
  const h1 = 'h1' as HostId;
  const viewIn = (history: History) => {
    const { host, host_group: groups } = fold(history.events);
    return hostViewOf({ ...fresh, ...(host.get(h1) as HostRow) }, [...groups.values()], 0);
  };
  /** What the tables hold where no event said anything. */
  const fresh = {
    addedTags: [],
    removedTags: [],
    life: 'live',
    silentSince: null,
    bootId: null,
    cordon: null,
    isDrained: false,
    isRebooting: false,
    refused: null,
  } as const;

  it('follows its life', () => {
    const history = new History(10).joined(h1);
    expect(viewIn(history)).toMatchObject({ life: 'live', silentSince: null });
    history.at(20_000).happened('hosts', 'HostSuspected', { host: h1, silentMs: 5000.25 });
    expect(viewIn(history)).toMatchObject({ life: 'suspected', silentSince: 15_000 });
    history.at(50_000).happened('hosts', 'HostLost', { host: h1, silentMs: 35_000, by: 'silence' });
    expect(viewIn(history)).toMatchObject({ life: 'lost', silentSince: 15_000 });
    expect(viewIn(history.happened('hosts', 'HostReturned', { host: h1, from: 'lost' }))).toMatchObject({
      life: 'live',
      silentSince: null,
    });
  });

  it('says why it gets no new containers, and when it is empty', () => {
    const history = new History(10).joined(h1).happened('hosts', 'HostCordoned', { host: h1, why: 'drain' });
    expect(viewIn(history).cordon).toEqual({ why: 'drain', since: 10, isDrained: false });
    expect(viewIn(history.happened('hosts', 'HostDrained', { host: h1 })).cordon).toMatchObject({ isDrained: true });
    expect(viewIn(history.happened('hosts', 'HostUncordoned', { host: h1, why: 'asked' })).cordon).toBeNull();
  });

  it('has the tags that count for a placement, as the fold of the world has them', () => {
    const joined = { host: h1, tags: ['ssd', 'old'], capacity: { milliCpus: 1, memoryBytes: 1 }, proxy: false, group: 'aws' };
    const history = new History()
      .happened('hosts', 'HostJoined', joined)
      .happened('platform', 'GroupTagged', { group: 'aws', tags: ['region:eu'] })
      .happened('hosts', 'HostRetagged', { host: h1, added: ['gpu'], removed: ['old'] });
    expect(viewIn(history).tags).toEqual(['gpu', 'group:aws', 'name:h1', 'region:eu', 'ssd']);
    expect(viewIn(history).tags).toEqual(history.world.hosts.get(h1)?.tags);
  });

  it('forgets one that left the fleet, and says since when the fleet is silent', () => {
    const history = new History(7).joined(h1).happened('hosts', 'FleetSilent', { hosts: [h1], of: 3 });
    expect(fold(history.events).fleet.get('all')).toEqual({ fleet: 'all', silentSince: 7 });
    expect(fold(history.happened('hosts', 'HostRemoved', { host: h1 }).events).host.size).toBe(0);
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
      ...{ host: 'h1', tags: [], milliCpus: 4000, memoryBytes: 8 * 2 ** 30, proxy: false, hostGroup: null },
      lastConnectedAt: 5,
      bootId: null,
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
