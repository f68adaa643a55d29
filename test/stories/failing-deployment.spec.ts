import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import { Berth, type Finished, shop } from './harness/berth.ts';
import { ownEngine } from './harness/engine.ts';

/** One container exits at start, one never gets healthy; version 1 serves all the while. */
describe('a deployment that fails', () => {
  let berth: Berth;
  let crash: Finished;
  let sick: Finished;
  let load: LoadResult;
  let generationBefore: unknown;

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 2);
    await berth.start();
    const live = await berth.deploy(shop, { SHOP_VERSION: '1' });
    if (live.code !== 0) throw new Error(live.stderr);
    generationBefore = (await berth.eventsOf('DoorsServed')).at(-1)?.data.generation;
    const running = startLoad({ url: berth.door, rate: 20 });
    await running.warm;
    crash = await berth.deploy(shop, { SHOP_VERSION: '2', SHOP_FAULT: 'crash' });
    sick = await berth.deploy(shop, { SHOP_VERSION: '3', SHOP_FAULT: 'sick' });
    load = await running.finish();
  });
  afterAll(() => berth?.destroy());

  it('tells the exit code and the last lines of a container that exits at start', () => {
    expect(crash.code).toBe(3);
    expect(crash.stdout + crash.stderr).toMatch(/exit(ed)?( with)?( code)? 7/);
    expect(crash.stdout + crash.stderr).toContain('price list is broken at page 30, giving up');
  });

  it('tells what the health check said that never passed', () => {
    expect(sick.code).toBe(3);
    expect(sick.stdout + sick.stderr).toContain('is unhealthy; its check ended with exit code 1');
  });

  it('records why, with the exit code and the output', async () => {
    const failures = await berth.eventsOf('DeployFailed');
    expect(failures.map((event) => event.data.step)).toEqual(['start', 'start']);
    expect(failures[0]?.data.cause).toMatchObject({ kind: 'container', exitCode: 7, output: { lines: expect.any(Number) } });
    expect(failures[1]?.data.cause).toMatchObject({ kind: 'container', exitCode: 1 });
  });

  it('loses no request of the live version', () => {
    expect(load.failed).toBe(0);
    expect(Object.keys(load.byWeb)).toEqual(['1']);
  });

  it('never changes the generation on the proxy', async () => {
    expect((await berth.eventsOf('DoorsServed')).at(-1)?.data.generation).toEqual(generationBefore);
  });

  it('takes the failed containers away and keeps every invariant', async () => {
    const retired = (await berth.eventsOf('ContainersRetired')).flatMap((event) => event.data.containers);
    expect(retired.length).toBeGreaterThan(0);
    for (const container of retired) await berth.until((e) => e.type === 'PlacementReleased' && e.data.container === container, 30);
    expect(await berth.violations()).toEqual([]);
  });
});
