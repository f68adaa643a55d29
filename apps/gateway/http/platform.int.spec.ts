import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresReplicas } from '#libs/event-log/postgres';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { openGateway, type TestGateway } from '../testing/open-gateway.ts';

let postgres: TestPostgres;
let gateway: TestGateway;
beforeAll(async () => {
  postgres = await startTestPostgres();
  gateway = await openGateway(postgres);
});
afterAll(async () => {
  await gateway.close();
  await postgres.stop();
});

const raise = (body: object): Promise<Response> =>
  gateway.ask('/v1/platform/format', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

it('says in which format events are written, and who reads up to which', async () => {
  const replica = { service: 'deployer', replica: 'one', release: '0.1.0', reads: 1 };
  await new PostgresReplicas(gateway.ports.pool).beat(replica, 60_000);
  const answer = await gateway.ask('/v1/platform/format');
  expect([answer.status, await answer.json()]).toEqual([200, { format: 1, newest: 1, replicas: [replica] }]);
});

it('raises nothing where nothing newer is known, and no further than that', async () => {
  expect(await (await raise({})).json()).toEqual({ format: 1, position: null });
  const refused = await raise({ format: 2 });
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('reads none above 1')]);
  expect((await raise({ format: 'new' })).status).toBe(422);
});
