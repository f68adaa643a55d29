import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AnyNewEvent, catalog, Editions, editions, eventTypes } from '#libs/contracts';
import { PostgresEventLog, PostgresReplicas } from '#libs/event-log/postgres';
import { startGateway } from '../start.ts';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

/** A release in which one event has a second version. */
const newer = new Editions({
  ...Object.fromEntries(eventTypes.map((type) => [type, editions.versions(type)])),
  VersionRetired: [...editions.versions('VersionRetired'), { schema: catalog.VersionRetired, format: 2 }],
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

it('halts before an event of a newer version, says so, and tells what it held until then', async () => {
  const { pool, clock, ids, report } = gateway.ports;
  const ahead = new PostgresEventLog({ pool, clock, report, editions: newer });
  const append = async (stream: string, type: string, data: object): Promise<void> => {
    const event = { id: ids.event(), type, data, actor: 'test', correlation: 'c', causation: null } as unknown as AnyNewEvent;
    expect(await ahead.append([{ incarnation: 1, expected: { [stream]: 0 }, events: [{ stream, event }] }])).toMatchObject([
      { status: 'appended' },
    ]);
  };
  await append('platform', 'FormatRaised', { format: 2 });
  await append('stack/shop', 'VersionRetired', { stack: 'shop', version: 1 });
  expect((await gateway.ask('/v1/containers')).status).toBe(200);
  const words = /halted before position 2: event .* \(VersionRetired\) can not be read: .*version 2 is newer than 1/;
  const ready = await gateway.ask('/readyz');
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(words)]);
  expect((await gateway.ask('/healthz')).status).toBe(200);
  expect((await gateway.ask('/v1/platform/format')).status).toBe(200);
  const again = await startGateway({ ...gateway.ports });
  expect(again.position()).toBe(1);
  await again.close();
});
