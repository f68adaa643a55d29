import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventData, EventId } from '#libs/contracts';
import { deploymentOf, manifestOf } from '#libs/testing/history';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

describe('POST /v1/stacks/<stack>/scale', () => {
  let gateway: TestGateway;

  const serves = async (version: number, replicas: number): Promise<void> => {
    const manifest = manifestOf('shop', { web: { replicas } });
    const subject = { stack: manifest.stack, deployment: deploymentOf('shop', version) };
    const wished = { ...subject, manifest, images: {}, revision: null };
    await gateway.happen('requests/shop', 'DeployRequested', { ...wished, key: `k${version}`, bodyHash: 'a'.repeat(64) });
    await gateway.happen('stack/shop', 'VersionCreated', { ...wished, version });
    await gateway.happen('stack/shop', 'VersionPromoted', { ...subject, version, draft: null });
  };
  const scale = (services: object, stack = 'shop') =>
    gateway.ask(`/v1/stacks/${stack}/scale`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ services }),
    });
  const scaled = async () => (await (await gateway.ask('/v1/scaled?stack=shop')).json()) as object;

  beforeAll(async () => {
    gateway = await startTestGateway();
    await serves(1, 3);
  });
  afterAll(() => gateway?.close());

  it('writes the wish into the log and says what it means', async () => {
    const answer = await scale({ web: { kind: 'by', delta: 2 } });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ stack: 'shop', version: 1, services: [{ service: 'web', from: 3, to: 5, inManifest: 3 }] });
    expect((await gateway.log.readStream('requests/shop')).at(-1)).toMatchObject({
      type: 'ScaleRequested',
      actor: 'token:operator',
      data: { service: 'web', change: { kind: 'by', delta: 2 } },
    });
  });

  it.each([
    [404, 'nobody', { web: { kind: 'to', replicas: 1 } }],
    [422, 'shop', { wbe: { kind: 'to', replicas: 1 } }],
    [422, 'shop', { web: { kind: 'to', replicas: 1001 } }],
    [422, 'shop', {}],
  ])('answers %d for %s and %j, and writes nothing', async (status, stack, services) => {
    const { position } = await gateway.log.head();
    expect((await scale(services, stack)).status).toBe(status);
    expect((await gateway.log.head()).position).toBe(position);
  });

  it('is told as long as the manifest asks for what it asked for then', async () => {
    const said = { stack: 'shop', service: 'web', replicas: 5, of: 3, request: gateway.ports.ids.event() as EventId };
    await gateway.happen('stack/shop', 'ServiceScaled', said as EventData<'ServiceScaled'>);
    expect(await scaled()).toEqual({ scaled: [{ stack: 'shop', service: 'web', replicas: 5, inManifest: 3 }] });
    await serves(2, 3);
    expect(await scaled()).toMatchObject({ scaled: [{ replicas: 5 }] });
    await serves(3, 4);
    expect(await scaled()).toEqual({ scaled: [] });
  });
});
