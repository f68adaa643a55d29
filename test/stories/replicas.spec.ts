import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EventType } from '#libs/contracts';
import { type RunningLoad, startLoad } from '../../examples/shop/load.mjs';
import { Berth, shop } from './harness/berth.ts';
import { runningContainers } from './harness/containers.ts';
import { type ControlService, Processes } from './harness/processes.ts';

/** How long a frozen replica is away: longer than any lease, heartbeat or patience of the others. */
const FROZEN_MS = 60_000;

/** At which event the replica is lost, and which of the two: the operator talks to gateway 0. */
const losses: readonly [ControlService, number, EventType][] = [
  ['gateway', 1, 'DeploymentStarted'],
  ['scheduler', 0, 'DeploymentStarted'],
  ['deployer', 0, 'ContainerHealthy'],
  ['proxy-configurator', 0, 'ContainersPlaced'],
  ['dns-central', 0, 'ContainerStarted'],
];

/** Each test deploys the next version; the load runs all the while. */
describe('one of two replicas is lost in the middle of a deployment', () => {
  let berth: Berth;
  let processes: Processes;
  let load: RunningLoad;
  let version = 1;
  const thawed: Promise<void>[] = [];

  beforeAll(async () => {
    berth = await Berth.create(inject('engine'), 10, { replicas: 2 });
    processes = berth.roof as Processes;
    await berth.start();
    const live = await berth.deploy(shop, { SHOP_VERSION: '1' });
    if (live.code !== 0) throw new Error(live.stderr);
    load = startLoad({ url: berth.door, rate: 10 });
    await load.warm;
  });
  afterAll(() => berth?.destroy());

  const deployNext = async (step: EventType, lose: () => void | Promise<void>): Promise<void> => {
    version++;
    const begin = (await berth.log()).at(-1)?.position ?? 0;
    const lost = berth.until((event) => event.type === step && event.position > begin, 60, begin).then(lose);
    await berth.deploy(shop, { SHOP_VERSION: String(version) }, ['--detach']);
    await lost;
    await berth.until((event) => event.type === 'SwitchCompleted' && event.data.version === version, 120, begin);
    await berth.until((event) => event.type === 'VersionRetired' && event.data.version === version - 1, 120, begin);
  };

  it.each(losses)('%s %i is frozen for a minute at %s', async (service, index, step) => {
    const replica = processes.replica(service, index);
    await deployNext(step, () => {
      replica.signal('SIGSTOP');
      thawed.push(sleep(FROZEN_MS).then(() => replica.signal('SIGCONT')));
    });
  });

  it('takes what comes back from the frost for what it is', async () => {
    await Promise.all(thawed);
    await deployNext('ContainersPlaced', () => undefined);
  });

  it.each(losses)('%s %i is killed at %s', async (service, index, step) => {
    const replica = processes.replica(service, index);
    await deployNext(step, () => replica.end('SIGKILL'));
    await replica.start();
  });

  it('wrote everything once', async () => {
    const log = await berth.log();
    const promoted = log.flatMap((event) => (event.type === 'VersionPromoted' ? [event.data.version] : []));
    const placed = log.flatMap((event) => (event.type === 'ContainersPlaced' ? [`${event.data.deployment} ${event.data.service}`] : []));
    const started = log.flatMap((event) => (event.type === 'ContainerStarted' ? [event.data.container] : []));
    expect(promoted).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    for (const list of [placed, started]) expect(list).toEqual([...new Set(list)]);
    expect((await runningContainers(berth)).length).toBe(4);
  });

  it('lost no request and kept every invariant', async () => {
    const { failed, failures } = await load.finish();
    expect(failed, failures.join()).toBe(0);
    expect(await berth.violations()).toEqual([]);
  });
});
