import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeployAccepted, DeploymentId, DeploymentView, ListedContainer, StackName } from '#libs/contracts';
import { PostgresBeats } from '#libs/event-log/postgres';
import { containerOf, manifestOf } from '#libs/testing/history';
import { bodyFor } from '../testing/body-for.ts';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

const stack = 'shop' as StackName;
const web = containerOf('shop', 1, 'web', 1);
let gateway: TestGateway;
let deployment: DeploymentId;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ deployment } = (await (await gateway.deploy(bodyFor(stack))).json()) as DeployAccepted);
  const shop = { stack, deployment, version: 1 };
  const manifest = manifestOf(stack, { web: {} });
  await gateway.happen('stack/shop', 'VersionCreated', { ...shop, manifest, images: {}, revision: null });
  await gateway.happen('stack/shop', 'DeploymentStarted', { ...shop, replaces: null });
});
afterAll(() => gateway?.close());

/** The deployer, as the database knows it, listened last so long ago; ahead of now, it listens yet. */
const listened = async (agoMs: number): Promise<void> => {
  await gateway.ports.pool.query('delete from listening');
  await new PostgresBeats(gateway.ports.pool).beat('deployer');
  await gateway.ports.pool.query('update listening set at = at - $1', [agoMs]);
};
const left = async (): Promise<DeploymentView['left']> =>
  ((await (await gateway.ask(`/v1/deployments/${deployment}`)).json()) as DeploymentView).left;
const listed = async (): Promise<readonly ListedContainer[]> =>
  ((await (await gateway.ask('/v1/containers')).json()) as { containers: readonly ListedContainer[] }).containers;

it('tells what is left of a deployment until its deadline', async () => {
  await listened(-3_600_000);
  const told = await left();
  expect(told?.silentSince).toBeNull();
  expect(told?.listeningMs).toBeGreaterThan(500_000);
  expect(told?.listeningMs).toBeLessThanOrEqual(600_000);
});

it('tells that it stands still while nobody listens, and since when', async () => {
  await listened(20_000);
  const first = await left();
  expect(first?.silentSince).toEqual(expect.any(Number));
  expect(await left()).toEqual(first);
});

it('counts the silence that the log tells of as not passed', async () => {
  await listened(-3_600_000);
  const before = await left();
  const { at } = (await gateway.log.read({ type: 'DeploymentStarted', limit: 1 }))[0] ?? { at: 0 };
  const silence = { consumer: 'deployer', from: at + 1, until: at + 600_001 } as const;
  await gateway.happen('listening/deployer', 'ListeningResumed', silence);
  expect((await left())?.listeningMs).toBeGreaterThan((before?.listeningMs ?? 0) + 500_000);
});

it('tells how long a container that leaves may go on at most', async () => {
  const placements = [{ container: web, slot: 1, host: 'h1', reason: 'r' }] as never;
  await gateway.happen('fleet', 'ContainersPlaced', { stack, deployment, version: 1, service: 'web' as never, placements });
  expect(await listed()).toMatchObject([{ container: web, left: null }]);
  await gateway.happen('stack/shop', 'RetirementWaveStarted', { stack, version: 1, wave: 1, containers: [web], disregard: [] });
  const [leaving] = await listed();
  expect(leaving).toMatchObject({ status: 'leaving', left: { silentSince: null } });
  expect(leaving?.left?.listeningMs).toBeGreaterThan(250_000);
});
