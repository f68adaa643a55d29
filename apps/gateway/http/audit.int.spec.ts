import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditReport, StackName } from '#libs/contracts';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { openGateway, type TestGateway } from '../testing/open-gateway.ts';

let postgres: TestPostgres;
let gateway: TestGateway;
beforeAll(async () => {
  postgres = await startTestPostgres();
  gateway = await openGateway(postgres);
  for (const version of [1, 2, 3]) await gateway.happen('stack/shop', 'VersionRetired', { stack: 'shop' as StackName, version });
});
afterAll(async () => {
  await gateway.close();
  await postgres.stop();
});

const audit = async (query = ''): Promise<AuditReport> => (await gateway.ask(`/v1/audit${query}`)).json() as Promise<AuditReport>;

it('an audit gives an anchor, by which a later one finds what it alone can not see', async () => {
  const { status, head } = await audit();
  expect([status, head.position]).toEqual(['intact', 3]);
  const anchor = `?anchor=${head.incarnation}.${head.position}:${head.hash}`;
  expect((await audit(anchor)).status).toBe('intact');
  const { pool } = gateway.ports;
  await pool.query(`delete from events where position = 3`);
  await pool.query(`update head set position = 2, hash = (select hash from events where position = 2)`);
  expect((await audit()).status).toBe('intact');
  expect(await audit(anchor)).toMatchObject({ status: 'broken', findings: [{ position: 3 }] });
});

it('an anchor that is none is refused with the form of one', async () => {
  const answer = await gateway.ask('/v1/audit?anchor=yesterday');
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('incarnation.position:hash')]);
});
