import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditAnswer, HostAnchors, HostId, StackName } from '#libs/contracts';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  for (const version of [1, 2, 3]) await gateway.happen('stack/shop', 'VersionRetired', { stack: 'shop' as StackName, version });
});
afterAll(() => gateway?.close());

const audit = async (query = ''): Promise<AuditAnswer> => (await gateway.ask(`/v1/audit${query}`)).json() as Promise<AuditAnswer>;

it('an audit gives an anchor, by which a later one finds what was lost meanwhile', async () => {
  const { status, head } = await audit();
  expect([status, head.position]).toEqual(['intact', 3]);
  const anchor = `?anchor=${head.incarnation}.${head.position}:${head.hash}`;
  expect((await audit(anchor)).status).toBe('intact');
  const { pool } = gateway.ports;
  await pool.query(`delete from events where position = 3`);
  await pool.query(`update head set position = 2, hash = (select hash from events where position = 2)`);
  expect((await audit()).losses).toMatchObject([{ until: { position: 2 }, reason: 'unknown-future', anchors: 0 }]);
  expect((await audit(anchor)).losses).toMatchObject([{ anchors: 1 }]);
});

it('an audit asks the agents of all hosts what they remember, and says who did not answer', async () => {
  const { mail } = gateway.ports;
  for (const host of ['east', 'west'] as HostId[])
    await gateway.happen('hosts', 'HostJoined', { host, tags: [], capacity: { milliCpus: 1, memoryBytes: 1 }, proxy: false });
  const { head } = await audit();
  const east = await mail.receive('host/east', async (message) => {
    if (message.type !== 'AnchorsWanted') return;
    const answer: HostAnchors = { type: 'HostAnchors', host: message.host, anchors: [{ ...head, position: head.position - 1 }] };
    mail.send(message.replyTo, answer);
  });
  const { status, findings, hosts } = await audit();
  expect([status, hosts]).toEqual(['broken', { answered: ['east'], silent: ['west'] }]);
  expect(findings).toMatchObject([{ position: head.position - 1, fault: expect.stringContaining('of host east has another hash') }]);
  await east.close();
});

it('an operator who raises the incarnation says why, and the log keeps it', async () => {
  const headers = { 'content-type': 'application/json' };
  const raise = (body: object) => gateway.ask('/v1/platform/incarnation', { method: 'POST', headers, body: JSON.stringify(body) });
  const { position, incarnation } = (await audit()).head;
  const answer = await raise({ reason: 'the backup of Tuesday' });
  expect([answer.status, await answer.json()]).toEqual([
    201,
    { incarnation: incarnation + 1, position: position + 1, until: { incarnation, position } },
  ]);
  const [event] = await gateway.log.read({ type: 'IncarnationRaised', order: 'newest', limit: 1 });
  expect(event).toMatchObject({ actor: 'token:operator', data: { reason: 'by-operator', words: 'the backup of Tuesday' } });
  expect((await raise({ reason: ' ' })).status).toBe(422);
});

it('an anchor that is none is refused with the form of one', async () => {
  const answer = await gateway.ask('/v1/audit?anchor=yesterday');
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('incarnation.position:hash')]);
});
