import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventData, PlanView } from '#libs/contracts';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

const compose = (tags: readonly string[] = []) => ({
  name: 'shop',
  services: { web: { build: '.', environment: { KEY: 'hunter2' }, 'x-berth': { tags } }, api: { image: 'api:1' } },
});

describe('POST /v1/plans', () => {
  let gateway: TestGateway;

  const joins = async (host: string, tags: readonly string[] = []): Promise<void> => {
    const joined = { host, tags, capacity: { milliCpus: 1000, memoryBytes: 2 ** 30 }, proxy: false };
    await gateway.happen('hosts', 'HostJoined', joined as EventData<'HostJoined'>);
  };
  const ask = (body: object) =>
    gateway.ask('/v1/plans', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const plan = async (body: object): Promise<PlanView> => (await (await ask(body)).json()) as PlanView;
  const images = { web: { reference: 'web', digest: `sha256:${'a'.repeat(64)}` } };

  beforeAll(async () => {
    gateway = await startTestGateway();
    await joins('h1');
  });
  afterAll(() => gateway?.close());

  it('publishes nothing and repeats no value', async () => {
    const { position } = await gateway.log.head();
    const answer = await ask({ compose: compose() });
    expect([answer.status, (await gateway.log.head()).position]).toEqual([200, position]);
    const text = await answer.text();
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({
      position,
      token: expect.stringMatching(new RegExp(`^p${position}-[0-9a-f]{16}$`)),
      deployment: { stack: 'shop', version: 1, failure: null },
      placements: [
        { service: 'api', host: 'h1' },
        { service: 'web', host: 'h1' },
      ],
      warnings: [],
    });
  });

  it.each([
    [{ compose: { ...compose(), services: { web: { imgae: 'x' } } } }, '#/compose/services/web/imgae'],
    [{ without: ['h2'] }, 'no host is called h2; did you mean h1?'],
    [{ compose: compose(), scale: { wbe: { kind: 'to', replicas: 2 } } }, 'the manifest has no service wbe; did you mean web?'],
    [{ scale: { web: { kind: 'to', replicas: 2 } } }, 'name the stack whose services are scaled'],
    [{ withot: ['h1'] }, '#/withot'],
  ])('refuses %j in words', async (body, words) => {
    const answer = await ask(body);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(words);
  });

  it('is kept by a deployment that names it, as long as the same would come out', async () => {
    const { token } = await plan({ compose: compose() });
    await gateway.happen('hosts', 'HostTagged', { host: 'h1', tags: ['ssd'] } as EventData<'HostTagged'>);
    expect((await gateway.deploy({ compose: compose(), images, plan: token })).status).toBe(202);
  });

  it('refuses a deployment of which something else would come, and says what', async () => {
    const { token } = await plan({ compose: compose(['ssd']) });
    await joins('h2', ['ssd']);
    await gateway.happen('hosts', 'HostTagged', { host: 'h1', tags: [] } as unknown as EventData<'HostTagged'>);
    const { position } = await gateway.log.head();
    const answer = await gateway.deploy({ compose: compose(['ssd']), images, plan: token });
    expect(answer.status).toBe(409);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(
      /no longer shop: shop-web-1-…-1 on h1.*now shop: shop-web-1-…-1 on h2/,
    );
    expect((await gateway.log.head()).position).toBe(position);
    const { status } = await gateway.deploy({ compose: compose(), images, plan: 'yesterday' });
    expect(status).toBe(422);
  });
});
