import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventData, RebalanceView } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

const [first, second] = [containerOf('shop', 1, 'web', 1), containerOf('shop', 1, 'web', 2)];

describe('/v1/rebalance', () => {
  let gateway: TestGateway;
  const ask = (path: string, init?: RequestInit) => gateway.ask(`/v1/rebalance${path}`, init);
  const apply = (body: object) => ask('', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  beforeAll(async () => {
    gateway = await startTestGateway();
    const history = new History()
      .joined('h1')
      .connected('h1')
      .deploying('shop', 1, { web: { replicas: 2 } })
      .placed('shop', 1, 'web', ['h1', 'h1']);
    for (const container of [first, second]) history.started('shop', container).healthy('shop', container);
    for (const { stream, type, data } of history.promoted('shop', 1).joined('h2').events)
      await gateway.happen(stream, type, data as EventData<typeof type>);
  });
  afterAll(() => gateway?.close());

  it('shows the moves, with the spread before and after', async () => {
    const { position } = await gateway.log.head();
    expect((await (await ask('?max=3')).json()) as RebalanceView).toEqual({
      position,
      moves: [{ stack: 'shop', service: 'web', container: second, from: 'h1', to: 'h2', reason: 'h1 has 2 of web, h2 0' }],
      before: { hosts: 2, services: [{ stack: 'shop', service: 'web', spread: 2 }] },
      after: { hosts: 0, services: [{ stack: 'shop', service: 'web', spread: 0 }] },
    });
    expect((await gateway.log.head()).position).toBe(position);
  });

  it('asks for them, and shows them no second time', async () => {
    const answer = await apply({});
    expect(answer.status).toBe(202);
    const { position } = (await answer.json()) as RebalanceView;
    expect((await gateway.log.readStream('requests/shop')).at(-1)).toMatchObject({
      ...{ type: 'MovesRequested', position, actor: 'token:operator' },
      data: { stack: 'shop', moves: [{ container: second, host: 'h2' }] },
    });
    expect(await (await ask('')).json()).toMatchObject({ moves: [] });
  });

  it('refuses what it does not know', async () => {
    expect((await ask('?stack=nobody')).status).toBe(404);
    expect((await ask('?max=0')).status).toBe(400);
    expect((await apply({ moves: 3 })).status).toBe(422);
  });
});
