import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from './harness/berth.ts';
import { runningContainers } from './harness/containers.ts';
import { ownEngine } from './harness/engine.ts';
import { Processes } from './harness/processes.ts';
import { Rollouts } from './harness/rollouts.ts';

/** What the services stand on goes away in the middle of a deployment, one thing after the other. Each test deploys the next version. */
describe('the ground is shaken in the middle of a deployment', () => {
  let berth: Berth;
  let processes: Processes;
  let rollouts: Rollouts;

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 11, { replicas: 2 });
    processes = berth.roof as Processes;
    await berth.start();
    rollouts = new Rollouts(berth);
    await rollouts.begin();
  });
  afterAll(() => berth?.destroy());

  it('the broker is killed and comes back', () =>
    rollouts.next('ContainersPlaced', async () => {
      await processes.broker.kill();
      await processes.broker.startBroker();
    }));

  it('PostgreSQL is restarted', () => rollouts.next('ContainerStarted', () => processes.restartDatabase()));

  it('the agent is killed and started again', () =>
    rollouts.next('ContainersPlaced', async () => {
      await processes.agent.end('SIGKILL');
      await processes.agent.start();
    }));

  it('everything is killed and started again', () =>
    rollouts.next('DoorsDrawn', async () => {
      await berth.stop('SIGKILL');
      await berth.start();
    }));

  it('lost no request, wrote everything once and kept every invariant', async () => {
    const { failed, failures } = await rollouts.end();
    expect(failed, failures.join()).toBe(0);
    const log = await berth.log();
    const promoted = log.flatMap((event) => (event.type === 'VersionPromoted' ? [event.data.version] : []));
    expect(promoted).toEqual(rollouts.versions);
    expect((await runningContainers(berth)).length).toBe(4);
    expect(await berth.violations()).toEqual([]);
  });
});
