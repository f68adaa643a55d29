import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ArchiveCut, ArchiveView, ArchiveWritten, StackName } from '#libs/contracts';
import { archiveIn } from '#libs/event-log/archive';
import { bodyFor } from '../testing/body-for.ts';
import { requestsIn, startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

let gateway: TestGateway;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-archive-'));
  gateway = await startTestGateway({ archive: archiveIn(dir) });
  expect((await gateway.deploy(bodyFor('shop'), 'first')).status).toBe(202);
  for (const version of [1, 2, 3]) await gateway.happen('stack/shop', 'VersionRetired', { stack: 'shop' as StackName, version });
});
afterAll(async () => {
  await gateway.close();
  await rm(dir, { recursive: true });
});

const ask = async <T>(path: string, body?: object): Promise<T> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await gateway.ask(path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : {});
  expect([answer.status, path]).toEqual([200, path]);
  return answer.json() as Promise<T>;
};

it('old events go to files, and stay in the table for a week', async () => {
  const { written, goesOn } = await ask<ArchiveWritten>('/v1/archive', { before: 4 });
  expect([written, goesOn]).toEqual([[expect.objectContaining({ first: 1, last: 3, isCut: false })], false]);
  expect(await ask<ArchiveView>('/v1/archive')).toEqual({ ranges: written, folder: dir });
  expect(await ask('/v1/archive/verify')).toEqual({ status: 'intact', files: 1, findings: [] });
  expect(await ask<ArchiveCut>('/v1/archive/cut', {})).toMatchObject({ cut: [], kept: expect.stringContaining('last 7 days') });
  const { events } = await ask<{ events: object[] }>(`/v1/archive/${written[0]?.file}`);
  expect(events).toMatchObject([{ type: 'DeployRequested' }, { type: 'VersionRetired' }, { type: 'VersionRetired' }]);
});

it('events say in which file they stand once they left the table, and a deployment is wished as before', async () => {
  await gateway.ports.pool.query('select cut_archive(3)');
  const { events, archived } = await ask<{ events: object[]; archived: object[] }>('/v1/events?stack=shop');
  expect(events).toHaveLength(4);
  expect(archived).toEqual([{ first: 1, last: 3, file: 'events-000000000001-000000000003.jsonl.zst' }]);
  expect(await ask('/v1/events?after=3')).not.toHaveProperty('archived');
  expect((await gateway.deploy(bodyFor('shop'), 'second')).status).toBe(202);
  expect((await gateway.deploy(bodyFor('shop'), 'second')).status).toBe(200);
  expect((await requestsIn(gateway.log)).map(({ version }) => version)).toEqual([1, 2]);
  expect(await ask('/v1/audit')).toMatchObject({ status: 'intact', head: { position: 5 } });
});

it.each([
  [{}, '/before'],
  [{ before: 'yesterday' }, '2026-11-21T14:00:00Z'],
  [{ before: 1 }, '/before'],
])('%j is refused with what to write instead', async (body, words) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await gateway.ask('/v1/archive', { method: 'POST', headers, body: JSON.stringify(body) });
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining(words)]);
});

it('a file that is missing is named, with what to do', async () => {
  expect((await gateway.ask('/v1/archive/events-1.jsonl.zst')).status).toBe(404);
  await rm(join(dir, 'events-000000000001-000000000003.jsonl.zst'));
  expect(await ask('/v1/archive/verify')).toMatchObject({
    status: 'broken',
    findings: [{ fault: expect.stringContaining('bring it to') }],
  });
});
