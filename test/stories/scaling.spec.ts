import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import { Berth, type Finished, shop } from './harness/berth.ts';

/** A service gets more containers, keeps them over a deployment, and gets fewer, under load all the time. */
describe('a service that is scaled under load', () => {
  let berth: Berth;
  let up: Finished;
  let planned: Finished;
  let second: Finished;
  let down: Finished;
  let load: LoadResult;
  const webs = async (): Promise<readonly { readonly service: string; readonly version: number; readonly status: string }[]> => {
    const { containers } = JSON.parse((await berth.cli(['ps', '--json'])).stdout);
    return containers.filter(({ service }: { service: string }) => service === 'web');
  };
  let afterSecond: Awaited<ReturnType<typeof webs>>;

  beforeAll(async () => {
    berth = await Berth.create(inject('engine'), 23);
    await berth.start();
    await berth.deploy(shop, { SHOP_VERSION: '1' });
    const running = startLoad({ url: berth.door, rate: 30, upload: false });
    await running.warm;
    up = await berth.cli(['scale', 'web=3', '--stack', 'shop']);
    planned = await berth.cli(['plan', '-f', shop], { SHOP_VERSION: '2', SHOP_DOOR: String(berth.doorPort) });
    const token = /--plan (\S+)/.exec(planned.stderr)?.[1] ?? '';
    second = await berth.deploy(shop, { SHOP_VERSION: '2' }, ['--plan', token]);
    await berth.until((event) => event.type === 'VersionRetired', 60);
    afterSecond = await webs();
    down = await berth.cli(['scale', 'web=-2', '--stack', 'shop']);
    load = await running.finish();
  });
  afterAll(() => berth?.destroy());

  it('has what was asked for when the command ends', () => {
    expect([up.code, down.code], up.stderr + down.stderr).toEqual([0, 0]);
    expect(up.stdout).toContain('shop has web 3 (manifest says 2)');
    expect(down.stdout).toContain('shop has web 1 (manifest says 2)');
  });

  it('keeps its number over a deployment, of which the plan told', () => {
    expect([planned.code, second.code], second.stderr).toEqual([0, 0]);
    expect(planned.stdout).toContain('+ shop-web-3-…-1: on main');
    expect(afterSecond.map(({ version, status }) => `${version} ${status}`)).toEqual(['2 healthy', '2 healthy', '2 healthy']);
  });

  it('loses no request', () => {
    expect(load.failed).toBe(0);
    expect(load.sent).toBeGreaterThan(100);
  });

  it('is told by ps with what the manifest says', async () => {
    expect((await berth.cli(['ps'])).stderr).toContain('shop: web 1 (manifest says 2)');
    expect(await webs()).toHaveLength(1);
  });

  it('keeps every invariant', async () => {
    expect(await berth.violations()).toEqual([]);
  });
});
