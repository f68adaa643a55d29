import { describe, expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import { containerOf, deploymentOf, History } from '#libs/testing/history';
import { requestOf } from '#libs/testing/neighbours';
import { isInService } from './index.ts';

const SHOP = 'shop' as StackName;
const ONE = 'one' as HostId;
const WEB = containerOf('shop', 1, 'web', 1);
const subject = { stack: SHOP, host: ONE, container: WEB };

const placed = (): History =>
  new History().joined('one').connected('one').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['one']);
const healthy = (): History => placed().started('shop', WEB).healthy('shop', WEB);

const failing = (history: History): History =>
  history.happened('host/one', 'ContainerFailed', {
    ...{ ...subject, run: 'r1', reason: 'exited', exitCode: 3, oom: false, message: '', output: null },
  });

const drawn = (history: History, mode: 'draft' | 'live', version: number, containers: readonly string[]): History => {
  const endpoints = { 'shop:80:_': containers.map((container) => ({ container, host: ONE, address: '10.64.0.2', port: 80 })) };
  const data = { stack: SHOP, mode, deployment: mode === 'draft' ? deploymentOf('shop', version) : null, version, servers: [], endpoints };
  return history.happened('doors/shop', 'DoorsDrawn', data as unknown as EventData<'DoorsDrawn'>);
};

const stateOf = (history: History) => history.stack('shop');
const web = (history: History) => stateOf(history).containers.get(WEB);
const here = (history: History) => ({ incarnation: 1, position: history.world.position });

describe('the fold of a stack', () => {
  it('keeps a request until it is a version', () => {
    const history = new History().decided([requestOf('shop', 1, { web: {} })]);
    expect(stateOf(history).requests).toHaveLength(1);
    expect(stateOf(history.deploying('shop', 1, { web: {} })).requests).toEqual([]);
  });

  it('knows what runs and what waits', () => {
    const history = new History().deploying('shop', 1, { web: {} });
    const waiting = { stack: SHOP, deployment: deploymentOf('shop', 2), version: 2, after: deploymentOf('shop', 1) };
    history.happened('stack/shop', 'DeploymentQueued', waiting);
    expect(stateOf(history)).toMatchObject({ running: deploymentOf('shop', 1), queue: [deploymentOf('shop', 2)] });
    history.failed('shop', 1).deploying('shop', 2, { web: {} });
    expect(stateOf(history)).toMatchObject({ running: deploymentOf('shop', 2), queue: [] });
  });

  it('has a healthy container in service until it fails, and again when it is healthy again', () => {
    const history = healthy();
    expect(isInService(web(history) as never)).toBe(true);
    expect(isInService(web(failing(history)) as never)).toBe(false);
    history.started('shop', WEB, { run: 'r2' }).healthy('shop', WEB, 'r2');
    expect(web(history)).toMatchObject({ status: 'healthy', run: 'r2', failure: null, healthyAt: here(history) });
  });

  it('has a container that vanished out of service, and back when it was started again', () => {
    const history = healthy();
    history.happened('host/one', 'ContainerStopped', subject);
    expect(isInService(web(history) as never)).toBe(false);
    expect(stateOf(history).names).toEqual(here(history));
    expect(web(history.started('shop', WEB, { run: 'r2' }))?.isGone).toBe(false);
  });

  it('leaves the names as they are when a container that left them is gone', () => {
    const history = healthy().promoted('shop', 1).leaving('shop', 1, [WEB]).retired('shop', [WEB]);
    const { names } = stateOf(history);
    expect(stateOf(history.stopped('shop', WEB)).names).toEqual(names);
  });

  it.each([
    ['it was placed', placed],
    ['it started', () => placed().started('shop', WEB)],
    ['it became healthy', healthy],
    ['it failed', () => failing(healthy())],
    ['its deployment failed', () => healthy().failed('shop', 1)],
    ['it leaves', () => healthy().leaving('shop', 1, [WEB])],
    ['it was retired', () => healthy().retired('shop', [WEB])],
    ['it is gone', () => healthy().retired('shop', [WEB]).stopped('shop', WEB)],
  ])('moves what hosts shall run with each change of a container: %s', (_what, tell) => {
    const history = tell();
    expect(stateOf(history).desired).toEqual(here(history));
  });

  it('forgets a container with its release', () => {
    const history = healthy().retired('shop', [WEB]).stopped('shop', WEB).happened('fleet', 'PlacementReleased', subject);
    expect(stateOf(history).containers.size).toBe(0);
  });

  it('counts who drained a container from its leaving on', () => {
    const history = healthy();
    const drained = { stack: SHOP, host: ONE, containers: [WEB] };
    history.happened('host/one', 'ContainersDrained', drained).leaving('shop', 1, [WEB]);
    expect(web(history)?.drainedBy.size).toBe(0);
    history.at(7).happened('host/one', 'ContainersDrained', drained);
    expect(web(history)?.drainedAt).toBe(7);
    expect([...(web(history)?.drainedBy ?? [])]).toEqual([['one', 7]]);
    expect(web(history.retired('shop', [WEB]))?.drainedBy.size).toBe(0);
  });

  it('puts a draft in force with the promotion that names it, at its position', () => {
    const history = drawn(healthy(), 'draft', 1, [WEB]);
    const { draft } = stateOf(history).deployments[deploymentOf('shop', 1)] ?? {};
    expect(stateOf(history).doors).toBe(null);
    history.promoted('shop', 1, draft);
    expect(stateOf(history).doors).toMatchObject({ generation: here(history), version: 1 });
    expect(stateOf(history)).toMatchObject({ promoted: 1, running: null, drafts: {} });
  });

  it('closes the doors with the promotion of a version without routes', () => {
    const history = drawn(healthy().promoted('shop', 1), 'live', 1, [WEB]);
    history.deploying('shop', 2, { web: {} }).promoted('shop', 2);
    expect(stateOf(history).doors).toEqual({ generation: here(history), version: 2, servers: [], endpoints: {} });
    expect(stateOf(history).versions[1]?.status).toBe('superseded');
  });

  it('leaves doors, promoted version and other containers alone when a deployment fails', () => {
    const history = drawn(healthy().promoted('shop', 1), 'live', 1, [WEB]).deploying('shop', 2, { web: {} });
    const before = stateOf(drawn(history, 'draft', 2, []));
    const after = stateOf(history.failed('shop', 2));
    expect([after.doors, after.promoted, after.containers]).toEqual([before.doors, before.promoted, before.containers]);
    expect(after).toMatchObject({ running: null, drafts: {}, versions: { 2: { status: 'failed' } } });
  });

  it('keeps one draft a deployment: the newest', () => {
    const history = drawn(drawn(healthy(), 'draft', 1, []), 'draft', 1, [WEB]);
    expect(Object.values(stateOf(history).drafts).map(({ endpoints }) => Object.values(endpoints)[0]?.length)).toEqual([1]);
  });

  it('remembers who prepared a draft, who refused it, and why', () => {
    const history = drawn(healthy(), 'draft', 1, [WEB]);
    const [draft] = Object.values(stateOf(history).drafts);
    const verdict = { stack: SHOP, draft: draft?.draft as never };
    history.happened('host/one', 'ProxyPrepared', { ...verdict, host: ONE });
    history.happened('host/two', 'ProxyRefused', { ...verdict, host: 'two' as HostId, words: 'no' });
    const [known] = Object.values(stateOf(history).drafts);
    expect([known?.prepared.keys(), [...(known?.refused ?? [])]]).toEqual([['one'], [['two', 'no']]]);
  });

  it('forgets the oldest of many versions that are over, but none that a container still has', () => {
    const history = placed().failed('shop', 1);
    for (let version = 2; version <= 20; version++) history.deploying('shop', version, {}).failed('shop', version);
    const { versions, deployments } = stateOf(history);
    expect(Object.keys(versions).map(Number)).toEqual([1, ...Array.from({ length: 10 }, (_, nth) => nth + 11)]);
    expect(Object.values(deployments).map(({ version }) => version)).toEqual(Object.keys(versions).map(Number));
  });

  it('names the newest event of the stack, and no event of another', () => {
    const history = placed();
    const { last } = stateOf(history);
    history.joined('two').deploying('other', 1, { web: {} });
    expect(stateOf(history).last).toEqual(last);
    expect(last?.id).toBe(history.events.find(({ type }) => type === 'ContainersPlaced')?.id);
  });
});
