import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventType } from '#libs/contracts';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import { Berth, shop } from './harness/berth.ts';
import { runningContainers } from './harness/containers.ts';
import { ownEngine } from './harness/engine.ts';

/** SIGKILL at three steps of a deployment: after the placing, after the draft, after the promotion. */
describe.each<[EventType, number]>([
  ['ContainersPlaced', 3],
  ['DoorsDrawn', 4],
  ['VersionPromoted', 5],
])('Berth killed right after %s', (step, net) => {
  let berth: Berth;
  let load: LoadResult;

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), net);
    await berth.start();
    const live = await berth.deploy(shop, { SHOP_VERSION: '1' });
    if (live.code !== 0) throw new Error(live.stderr);
    const begin = (await berth.log()).at(-1)?.position ?? 0;
    const running = startLoad({ url: berth.door, rate: 20 });
    await running.warm;
    const killed = berth.until((event) => event.type === step && event.position > begin, 60, begin).then(() => berth.stop('SIGKILL'));
    await berth.deploy(shop, { SHOP_VERSION: '2' }, ['--detach']);
    await killed;
    await berth.start();
    await berth.until((event) => event.type === 'SwitchCompleted', 90, begin);
    load = await running.finish();
    await berth.until((event) => event.type === 'VersionRetired', 60, begin);
  });
  afterAll(() => berth?.destroy());

  it('ends the deployment as if nothing had been', async () => {
    const versions = (await berth.eventsOf('VersionPromoted')).map((event) => event.data.version);
    expect(versions).toEqual([1, 2]);
  });

  it('starts no container twice', async () => {
    const started = (await berth.eventsOf('ContainerStarted')).map((event) => event.data.container);
    expect(started).toEqual([...new Set(started)]);
    expect((await runningContainers(berth)).length).toBe(4);
  });

  it('loses no request', () => {
    expect(load.failed).toBe(0);
  });

  it('keeps every invariant', async () => {
    expect(await berth.violations()).toEqual([]);
  });
});
