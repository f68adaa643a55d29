import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

describe('/v1/parks', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway?.close());

  const park = { stack: 'shop' as never, consumer: 'deployer', event: '00000000-0000-7000-8000-000000000001' as never, error: 'it broke' };
  const parks = async (): Promise<unknown> => (await gateway.ask('/v1/parks')).json();

  it('lists what is parked, with error and event, and unparks it by a wish in the log', async () => {
    await gateway.happen('reactions/deployer/shop', 'StackParked', park);
    expect(await parks()).toMatchObject({ parks: [park] });
    const answer = await gateway.ask('/v1/parks/deployer/shop', { method: 'DELETE' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ ...park, position: 2 });
    expect(await gateway.log.readStream('requests/shop')).toMatchObject([
      { type: 'UnparkRequested', actor: 'token:operator', causation: park.event, data: { stack: 'shop', consumer: 'deployer' } },
    ]);
    expect(await parks()).toEqual({ parks: [] });
  });

  it('does not know what is not parked', async () => {
    expect((await gateway.ask('/v1/parks/deployer/nobody', { method: 'DELETE' })).status).toBe(404);
    expect((await gateway.ask('/v1/parks', { method: 'DELETE' })).status).toBe(405);
  });
});
