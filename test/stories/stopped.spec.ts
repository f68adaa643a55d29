import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth, shop } from './harness/berth.ts';
import { lookUpFrom, type RunningContainer, removeContainer, runningContainers } from './harness/containers.ts';
import { type CountingEngine, countingEngine } from './harness/counting-engine.ts';
import { ownEngine } from './harness/engine.ts';

describe('Berth is stopped and started', () => {
  let berth: Berth;
  let counting: CountingEngine;
  let before: readonly RunningContainer[];

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 6);
    await berth.start();
    const live = await berth.deploy(shop, { SHOP_VERSION: '1' });
    if (live.code !== 0) throw new Error(live.stderr);
    before = await runningContainers(berth);
    await berth.stop('SIGTERM');
    counting = await countingEngine(berth.engine, join(berth.home, 'run', 'counting.sock'));
  });
  afterAll(async () => {
    await berth?.destroy();
    await counting?.close();
  });

  it('leaves containers, doors and names at work while it is stopped', async () => {
    expect(await runningContainers(berth)).toEqual(before);
    expect(await (await fetch(berth.door)).json()).toMatchObject({ web: '1', api: '1' });
    const web = before.find((container) => container.name.includes('-web-'));
    expect((await lookUpFrom(berth, web?.name ?? '', 'api')).length).toBe(2);
  });

  it('changes nothing in the engine when it starts again', async () => {
    await berth.start({ BERTH_ENGINE: counting.socket });
    await counting.passes(5);
    expect(counting.mutations).toEqual([]);
    expect(await runningContainers(berth)).toEqual(before);
  });

  it('makes a container anew that somebody removed', async () => {
    const web = before.find((container) => container.name.includes('-web-'))?.name ?? '';
    const seen = (await berth.log()).at(-1)?.position ?? 0;
    await removeContainer(berth, web);
    await berth.until((event) => event.type === 'ContainerHealthy' && event.data.container === web, 60, seen);
    expect(counting.mutations.some((call) => call.includes('/create'))).toBe(true);
    expect(await berth.violations()).toEqual([]);
  });
});
