import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventData, HostsView } from '#libs/contracts';
import { containerOf, deploymentOf, manifestOf } from '#libs/testing/history';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

const web = containerOf('shop', 1, 'web', 1);
const shop = { stack: 'shop', deployment: deploymentOf('shop', 1), version: 1 };

describe('/v1/hosts', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
    const joined = { host: 'h1', tags: ['ssd'], capacity: { milliCpus: 1000, memoryBytes: 1 }, proxy: false, group: 'aws' };
    await gateway.happen('hosts', 'HostJoined', joined as EventData<'HostJoined'>);
    const manifest = manifestOf('shop', { web: { tags: ['ssd', 'region:eu'] } });
    await gateway.happen('stack/shop', 'VersionCreated', {
      ...shop,
      manifest,
      images: {},
      revision: null,
    } as unknown as EventData<'VersionCreated'>);
    const placements = [{ container: web, slot: 1, host: 'h1', reason: 'r' }];
    await gateway.happen('fleet', 'ContainersPlaced', { ...shop, service: 'web', placements } as EventData<'ContainersPlaced'>);
  });
  afterAll(() => gateway?.close());

  const send = (path: string, method: string, body: object) =>
    gateway.ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('tells what counts of a host', async () => {
    expect(await (await gateway.ask('/v1/hosts')).json()).toMatchObject({
      silentSince: null,
      hosts: [{ host: 'h1', group: 'aws', tags: ['group:aws', 'name:h1', 'ssd'], life: 'live', cordon: null, containers: 1 }],
    });
  });

  it('writes a wish into the log, and says what would no longer fit', async () => {
    const answer = await send('/v1/hosts/h1/changes', 'POST', { kind: 'tag', add: ['gpu'], remove: ['ssd'] });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({
      host: 'h1',
      unfit: [{ container: web, stack: 'shop', service: 'web', host: 'h1', lacks: ['ssd', 'region:eu'] }],
    });
    expect(await gateway.log.readStream('wishes/h1')).toMatchObject([
      {
        type: 'HostChangeRequested',
        actor: 'token:operator',
        data: { host: 'h1', change: { kind: 'tag', add: ['gpu'], remove: ['ssd'] } },
      },
    ]);
  });

  it('gives the hosts of a group its tags', async () => {
    const answer = await send('/v1/groups/aws', 'PUT', { tags: ['region:eu'] });
    expect(await answer.json()).toMatchObject({ group: 'aws', tags: ['region:eu'], hosts: ['h1'], unfit: [] });
    expect(await (await gateway.ask('/v1/groups')).json()).toEqual({ groups: [{ group: 'aws', tags: ['region:eu'], hosts: ['h1'] }] });
    expect(await (await gateway.ask('/v1/hosts')).json()).toMatchObject({
      hosts: [{ tags: ['group:aws', 'name:h1', 'region:eu', 'ssd'] }],
    });
  });

  it('refuses wishes that nobody can fulfil', async () => {
    expect((await send('/v1/hosts/h9/changes', 'POST', { kind: 'drain' })).status).toBe(404);
    expect((await send('/v1/hosts/h1/changes', 'POST', { kind: 'explode' })).status).toBe(422);
    expect(await (await send('/v1/hosts/h1/changes', 'POST', { kind: 'reboot' })).text()).toContain('in which boot its machine is');
    expect((await send('/v1/hosts/h1/changes', 'POST', { kind: 'tag', add: [], remove: [] })).status).toBe(422);
    expect((await send('/v1/groups/AWS', 'PUT', { tags: [] })).status).toBe(400);
  });

  it('follows the life of a host, whatever clock its silence was measured by', async () => {
    await gateway.happen('hosts', 'HostLost', { host: 'h1', silentMs: 5195.143061, by: 'silence' } as EventData<'HostLost'>);
    const { hosts } = (await (await gateway.ask('/v1/hosts')).json()) as HostsView;
    expect(hosts).toMatchObject([{ life: 'lost', silentSince: expect.any(Number) }]);
  });
});
