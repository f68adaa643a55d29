import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventType } from '#libs/contracts';
import { Berth } from './harness/berth.ts';
import { runningContainers } from './harness/containers.ts';
import { ownEngine } from './harness/engine.ts';
import { type ControlService, Processes } from './harness/processes.ts';
import { Rollouts } from './harness/rollouts.ts';

/** How long a frozen replica is away: longer than any lease, heartbeat or patience of the others. */
const FROZEN_MS = 30_000;

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
  let rollouts: Rollouts;
  const thawed: Promise<void>[] = [];

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 10, { replicas: 2 });
    processes = berth.roof as Processes;
    await berth.start();
    rollouts = new Rollouts(berth);
    await rollouts.begin();
  });
  afterAll(() => berth?.destroy());

  it.each(losses)('%s %i is frozen for half a minute at %s', async (service, index, step) => {
    const replica = processes.replica(service, index);
    await rollouts.next(step, () => {
      replica.signal('SIGSTOP');
      thawed.push(sleep(FROZEN_MS).then(() => replica.signal('SIGCONT')));
    });
  });

  it('takes what comes back from the frost for what it is', async () => {
    await Promise.all(thawed);
    await rollouts.next('ContainersPlaced', () => undefined);
  });

  it.each(losses)('%s %i is killed at %s', async (service, index, step) => {
    const replica = processes.replica(service, index);
    await rollouts.next(step, () => replica.end('SIGKILL'));
    await replica.start();
  });

  it('wrote everything once', async () => {
    const log = await berth.log();
    const promoted = log.flatMap((event) => (event.type === 'VersionPromoted' ? [event.data.version] : []));
    const placed = log.flatMap((event) => (event.type === 'ContainersPlaced' ? [`${event.data.deployment} ${event.data.service}`] : []));
    const started = log.flatMap((event) => (event.type === 'ContainerStarted' ? [event.data.container] : []));
    expect(promoted).toEqual(rollouts.versions);
    for (const list of [placed, started]) expect(list).toEqual([...new Set(list)]);
    expect((await runningContainers(berth)).length).toBe(4);
  });

  it('lost no request and kept every invariant', async () => {
    const { failed, failures } = await rollouts.end();
    expect(failed, failures.join()).toBe(0);
    expect(await berth.violations()).toEqual([]);
  });
});
