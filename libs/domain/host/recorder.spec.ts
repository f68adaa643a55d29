import { describe, expect, it } from 'vitest';
import type { EventId, HostId, HostReport, ReportedContainer, ReportedPart, ServiceName, StackName } from '#libs/contracts';
import { containerOf, deploymentOf, History } from '#libs/testing/history';
import { record, strangersIn } from './recorder.ts';

const shop = 'shop' as StackName;
const web = containerOf('shop', 1, 'web', 1);
const draft = '00000000-0000-7000-8000-00000000d4af' as EventId;

const placed = () => new History().joined('a').connected('a').joined('b').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
const running = () => placed().started('shop', web).healthy('shop', web);

const seen = (said: Partial<ReportedContainer> = {}): ReportedContainer => ({
  ...{ container: web, stack: shop, state: 'running', run: 'r1', engineId: 'e1', image: 'i1', address: '10.64.0.2' },
  ...{ health: 'unknown', healthBy: 'port', exitCode: null, oom: false, message: '', output: null, drained: false },
  ...said,
});
const partOf = (said: Partial<ReportedPart> = {}): ReportedPart => ({
  stack: shop,
  drafts: [],
  doors: null,
  names: null,
  busy: [],
  ...said,
});
const reportOf = (history: History, said: Partial<HostReport>): HostReport => ({
  ...{
    type: 'HostReport',
    host: 'a' as HostId,
    session: history.world.hosts.get('a' as HostId)?.session?.generation ?? { incarnation: 1, position: 1 },
  },
  ...{ seq: 1, full: true, containers: [], parts: [] },
  ...said,
});
const facts = (history: History, said: Partial<HostReport>) => record(reportOf(history, said), history.world);
const events = (history: History, said: Partial<HostReport>) => facts(history, said).map(({ event }) => event);
const types = (history: History, said: Partial<HostReport>) => events(history, said).map(({ type }) => type);

/** Version 1 left the doors for version 2, which serves; its container on `a` leaves. */
const leaving = (): History => {
  const endpoint = { container: containerOf('shop', 2, 'web', 1), host: 'a' as HostId, address: '10.64.0.3', port: 80 };
  const server = {
    key: 'shop:80:_',
    port: 80,
    protocol: 'http' as const,
    names: [],
    path: '/',
    service: 'web' as ServiceName,
    containerPort: 80,
  };
  return running()
    .promoted('shop', 1)
    .deploying('shop', 2, { web: {} })
    .placed('shop', 2, 'web', ['a'])
    .promoted('shop', 2)
    .happened('doors/shop', 'DoorsDrawn', {
      ...{ stack: shop, mode: 'live', deployment: null, version: 2 },
      ...{ servers: [server], endpoints: { [server.key]: [endpoint] } },
    })
    .leaving('shop', 1, [web]);
};
const serving = (history: History, said: Partial<ReportedPart> = {}): ReportedPart => {
  const { doors, names } = history.stack('shop');
  return partOf({ doors: doors && { generation: doors.generation, since: 5 }, names, ...said });
};

describe('containers', () => {
  it('records a start, and health with what proved it', () => {
    const [started, healthy] = facts(placed(), { containers: [seen({ health: 'healthy' })] });
    expect(started).toMatchObject({ event: { stream: 'host/a', type: 'ContainerStarted', data: { run: 'r1', address: '10.64.0.2' } } });
    expect(healthy).toMatchObject({ event: { type: 'ContainerHealthy', data: { by: 'port' } }, correlation: deploymentOf('shop', 1) });
  });

  it('waits with a start until its address is known', () => {
    expect(events(placed(), { containers: [seen({ address: null, health: 'healthy' })] })).toEqual([]);
  });

  it('records an exit with its code and hands the last lines over', () => {
    const [fact] = facts(running(), { containers: [seen({ state: 'exited', exitCode: 3, output: 'no config\n' })] });
    expect(fact).toMatchObject({
      event: { type: 'ContainerFailed', data: { reason: 'exited', exitCode: 3, output: null } },
      output: 'no config\n',
    });
  });

  it('records the start of one that had ended before it was seen running', () => {
    expect(types(placed(), { containers: [seen({ state: 'exited', exitCode: 1 })] })).toEqual(['ContainerStarted', 'ContainerFailed']);
  });

  it('records a failing health check, and that it is healthy again', () => {
    const history = running();
    history.decided(events(history, { containers: [seen({ health: 'unhealthy', message: 'refused' })] }));
    expect(history.stack('shop').containers.get(web)).toMatchObject({
      status: 'failed',
      failure: { reason: 'unhealthy', message: 'refused' },
    });
    expect(types(history, { containers: [seen({ health: 'healthy' })] })).toEqual(['ContainerHealthy']);
  });

  it('says once why one can not be started', () => {
    const history = placed();
    const absent = { run: null, engineId: null, image: null, address: null };
    const said = { containers: [seen({ ...absent, state: 'exited', message: 'no such image web:1' })] };
    expect(events(history, said)).toMatchObject([{ data: { reason: 'not-started', run: null, message: 'no such image web:1' } }]);
    history.decided(events(history, said));
    expect(events(history, { containers: [seen({ ...absent, state: 'exited', message: 'still not' })] })).toEqual([]);
  });

  it('takes none for failed that is made and has to wait for what it depends on', () => {
    const made = seen({ run: null, state: 'starting', message: 'no desired state names this container' });
    expect(events(placed(), { containers: [made] })).toEqual([]);
  });

  it('takes a restart for another run', () => {
    expect(types(running(), { containers: [seen({ run: 'r2' })] })).toEqual(['ContainerStarted']);
  });

  it('tells a new address of the same run', () => {
    const said = { containers: [seen({ address: '10.64.0.9', health: 'healthy' })] };
    expect(events(running(), said)).toMatchObject([
      { type: 'ContainerStarted', data: { run: 'r1', address: '10.64.0.9' } },
      { type: 'ContainerHealthy' },
    ]);
  });

  it('records a retired container gone, and nothing of how it ended', () => {
    const history = running().retired('shop', [web]);
    expect(events(history, { containers: [seen({ state: 'exited', exitCode: 137 })] })).toEqual([]);
    expect(types(history, { containers: [seen({ state: 'gone', run: null })] })).toEqual(['ContainerStopped']);
  });

  it('leaves it to the host to mend one that is gone and shall run', () => {
    expect(events(running(), { containers: [seen({ state: 'gone', run: null })] })).toEqual([]);
  });
});

describe('strangers (I12)', () => {
  it('takes no fact from a host on which the container was not placed', () => {
    const history = placed().connected('b');
    const session = history.world.hosts.get('b' as HostId)?.session?.generation ?? { incarnation: 1, position: 0 };
    const said = { host: 'b' as HostId, session, containers: [seen({ health: 'healthy' })] };
    expect(events(history, said)).toEqual([]);
    expect(strangersIn(reportOf(history, said), history.world)).toBe(1);
  });

  it('takes none from another session', () => {
    const history = placed();
    const old = reportOf(history, { containers: [seen()] });
    expect(record(old, history.connected('a', 'run-2').world)).toEqual([]);
  });
});

describe('doors and names', () => {
  const drafted = () => {
    const history = running();
    const subject = { stack: shop, mode: 'draft' as const, deployment: deploymentOf('shop', 1), version: 1 };
    history.happened('doors/shop', 'DoorsDrawn', { ...subject, servers: [], endpoints: {} });
    return { history, draft: history.events.at(-1)?.id ?? draft };
  };

  it('records one verdict per draft', () => {
    const { history, draft } = drafted();
    const refused = { parts: [partOf({ drafts: [{ draft, refused: 'host not found in upstream' }] })] };
    expect(events(history, refused)).toMatchObject([{ type: 'ProxyRefused', data: { words: 'host not found in upstream' } }]);
    history.decided(events(history, refused));
    expect(events(history, { parts: [partOf({ drafts: [{ draft, refused: null }] })] })).toEqual([]);
  });

  it('records a prepared draft, and none that the log does not know', () => {
    const { history, draft: known } = drafted();
    const drafts = [known, draft].map((id) => ({ draft: id, refused: null }));
    expect(events(history, { parts: [partOf({ drafts })] })).toMatchObject([{ type: 'ProxyPrepared', data: { draft: known } }]);
  });

  it('records what serves when it is newer, with the host’s own instant', () => {
    const history = leaving();
    const said = { parts: [serving(history)] };
    expect(events(history, said)).toMatchObject([{ type: 'DoorsServed', data: { since: 5 } }, { type: 'NamesServed' }]);
    history.decided(events(history, said));
    const older = { incarnation: 1, position: 1 };
    expect(events(history, { parts: [partOf({ doors: { generation: older, since: 9 }, names: older })] })).toEqual([]);
  });

  it('waits with names until they have all that is known', () => {
    const history = placed();
    const before = history.started('shop', web).stack('shop').names;
    history.healthy('shop', web);
    expect(events(history, { parts: [partOf({ names: before })] })).toEqual([]);
  });
});

describe('draining', () => {
  const free = seen({ health: 'healthy', drained: true });
  const drainedIn = (history: History, said: Partial<HostReport>) => types(history, said).includes('ContainersDrained');

  it('is said when doors and names serve without it and nobody uses it', () => {
    const history = leaving();
    expect(drainedIn(history, { containers: [free], parts: [serving(history)] })).toBe(true);
  });

  it('waits for the proxy, its requests, the names and the connections', () => {
    const history = leaving();
    const old = { incarnation: 1, position: 2 };
    const waits: Partial<HostReport>[] = [
      { containers: [free], parts: [serving(history, { doors: null })] },
      { containers: [free], parts: [serving(history, { doors: { generation: old, since: 1 } })] },
      { containers: [free], parts: [serving(history, { busy: [web] })] },
      { containers: [free], parts: [serving(history, { names: old })] },
      { containers: [{ ...free, drained: false }], parts: [serving(history)] },
      { containers: [free], parts: [] },
    ];
    expect(waits.map((said) => drainedIn(history, said))).toEqual(waits.map(() => false));
  });

  it('waits for an agent that began anew and tells of no doors yet, whatever it told before', () => {
    const told = { containers: [{ ...free, drained: false }], parts: [serving(leaving())] };
    const history = leaving().decided(events(leaving(), told));
    expect(drainedIn(history, { containers: [free], parts: [serving(history, { doors: null })] })).toBe(false);
  });

  it('needs no connections of a host that does not run it', () => {
    const history = leaving().connected('b');
    const session = history.world.hosts.get('b' as HostId)?.session?.generation ?? { incarnation: 1, position: 0 };
    expect(drainedIn(history, { host: 'b' as HostId, session, parts: [serving(history)] })).toBe(true);
  });

  it('is said once', () => {
    const history = leaving();
    const said = { containers: [free], parts: [serving(history)] };
    expect(drainedIn(history.decided(events(history, said)), said)).toBe(false);
  });
});
