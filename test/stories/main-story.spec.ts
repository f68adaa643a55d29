import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import { Berth, type Finished, shop } from './harness/berth.ts';
import { lookUpFrom } from './harness/containers.ts';
import { ownEngine } from './harness/engine.ts';
import type { Shape } from './harness/roof.ts';

/** The main story: version 1, version 2 under load, the proof. One test a claim; the deployments happen once in each shape. */
describe.each<[string, Shape, number]>([
  ['in one process', 'one process', 1],
  ['over RabbitMQ with 2 replicas of everything', { replicas: 2 }, 8],
  ['over RabbitMQ with 4 replicas of everything', { replicas: 4 }, 9],
])('a new version under load, %s', (_name, shape, net) => {
  let berth: Berth;
  let first: Finished;
  let second: Finished;
  let load: LoadResult;

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), net, shape);
    await berth.start();
    first = await berth.deploy(shop, { SHOP_VERSION: '1' });
    const running = startLoad({ url: berth.door, rate: 40, upload: true });
    await running.warm;
    second = await berth.deploy(shop, { SHOP_VERSION: '2' });
    load = await running.finish();
    await berth.until((event) => event.type === 'VersionRetired', 60);
  });
  afterAll(() => berth?.destroy());

  it('deploys version 1 and tells each step', () => {
    expect(first.code, first.stderr).toBe(0);
    for (const word of ['built', 'placed', 'started', 'healthy', 'prepared', 'promoted'])
      expect(first.stdout + first.stderr).toContain(word);
  });

  it('deploys version 2 without a lost request', () => {
    expect(second.code, second.stderr).toBe(0);
    expect(load.failed).toBe(0);
    expect(load.sent).toBeGreaterThan(100);
  });

  it('serves by version 1 first and by version 2 then', () => {
    expect(load.byWeb['1']).toBeGreaterThan(0);
    expect(load.byWeb['2']).toBeGreaterThan(0);
  });

  it('lets every web find the api of its own version', () => {
    expect(load.pairs.mismatched).toBe(0);
  });

  it('ends the upload on the version on which it began', () => {
    expect(load.upload).toMatchObject({ ok: true, web: '1' });
  });

  it('stops version 1 only after the upload', async () => {
    const [retired] = await berth.eventsOf('ContainersRetired');
    expect(retired?.data.waited.drained).toBe(true);
  });

  it('answers names by the version of the caller', async () => {
    const containers = await berth.eventsOf('ContainerStarted');
    const newWeb = containers.findLast((event) => event.data.container.includes('-web-'));
    const apis = containers.filter((event) => event.data.container.includes('-api-')).slice(-2);
    const found = await lookUpFrom(berth, newWeb?.data.container ?? '', 'api');
    expect([...found].sort()).toEqual(apis.map((event) => event.data.address).sort());
  });

  it('keeps every invariant', async () => {
    expect(await berth.violations()).toEqual([]);
  });

  it('shows what runs and where', async () => {
    const ps = await berth.cli(['ps']);
    expect(ps.code).toBe(0);
    expect(ps.stdout.split('\n')[0]).toMatch(/^CONTAINER\s+SERVICE\s+VERSION\s+HOST\s+STATUS/);
    expect(ps.stdout).toContain('healthy');
  });
});
