import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EventType } from '#libs/contracts';
import { type RunningLoad, startLoad } from '../../examples/shop/load.mjs';
import { Berth, shop } from './harness/berth.ts';
import { runningContainers } from './harness/containers.ts';
import { Processes } from './harness/processes.ts';

/** What the services stand on goes away in the middle of a deployment, one thing after the other. Each test deploys the next version. */
describe('the ground is shaken in the middle of a deployment', () => {
  let berth: Berth;
  let processes: Processes;
  let load: RunningLoad;
  let version = 1;

  beforeAll(async () => {
    berth = await Berth.create(inject('engine'), 11, { replicas: 2 });
    processes = berth.roof as Processes;
    await berth.start();
    const live = await berth.deploy(shop, { SHOP_VERSION: '1' });
    if (live.code !== 0) throw new Error(live.stderr);
    load = startLoad({ url: berth.door, rate: 10 });
    await load.warm;
  });
  afterAll(() => berth?.destroy());

  const deployNext = async (step: EventType, shake: () => Promise<void>): Promise<void> => {
    version++;
    const begin = (await berth.log()).at(-1)?.position ?? 0;
    const shaken = berth.until((event) => event.type === step && event.position > begin, 60, begin).then(shake);
    await berth.deploy(shop, { SHOP_VERSION: String(version) }, ['--detach']);
    await shaken;
    await berth.until((event) => event.type === 'SwitchCompleted' && event.data.version === version, 120, begin);
    await berth.until((event) => event.type === 'VersionRetired' && event.data.version === version - 1, 120, begin);
  };

  it('the broker is killed and comes back', () =>
    deployNext('ContainersPlaced', async () => {
      await processes.broker.kill();
      await processes.broker.startBroker();
    }));

  it('PostgreSQL is restarted', () => deployNext('ContainerStarted', () => processes.restartDatabase()));

  it('the agent is killed and started again', () =>
    deployNext('ContainersPlaced', async () => {
      await processes.agent.end('SIGKILL');
      await processes.agent.start();
    }));

  it('everything is killed and started again', () =>
    deployNext('DoorsDrawn', async () => {
      await berth.stop('SIGKILL');
      await berth.start();
    }));

  it('lost no request, wrote everything once and kept every invariant', async () => {
    const { failed, failures } = await load.finish();
    expect(failed, failures.join()).toBe(0);
    const log = await berth.log();
    const promoted = log.flatMap((event) => (event.type === 'VersionPromoted' ? [event.data.version] : []));
    expect(promoted).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    expect((await runningContainers(berth)).length).toBe(4);
    expect(await berth.violations()).toEqual([]);
  });
});
