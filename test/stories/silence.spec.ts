import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DeploymentView } from '#libs/contracts';
import { Berth } from './harness/berth.ts';
import { touchIn } from './harness/containers.ts';
import { ownEngine } from './harness/engine.ts';
import { Processes } from './harness/processes.ts';

const DEADLINE_MS = 10_000;

/** Each version is healthy once the test says so, and not before. */
const manifest = `name: shop
x-berth: {deadline: ${DEADLINE_MS / 1000}s, drain_timeout: 2s}
services:
  web:
    image: berth-example-node
    command: ["/bin/node", "-e", "setInterval(() => undefined, 1000)"]
    environment: {VERSION: "\${SHOP_VERSION}"}
    healthcheck:
      test: ["CMD", "/bin/node", "-e", "require('node:fs').accessSync('/tmp/well')"]
      interval: 1s
      timeout: 5s
      retries: 100
    stop_grace_period: 1s
`;

/** Time of work runs only while the deployer can work. Each test deploys the next version. */
describe('nobody could work for longer than the deadline of a deployment', () => {
  let berth: Berth;
  let processes: Processes;
  let file: string;

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 12, { replicas: 1 });
    processes = berth.roof as Processes;
    file = join(berth.home, 'compose.yaml');
    writeFileSync(file, manifest);
    await berth.start();
  });
  afterAll(() => berth?.destroy());

  /** Begins a version that waits for its health, and takes the time from its start on. */
  const begin = async (version: number) => {
    const asked = await berth.deploy(file, { SHOP_VERSION: String(version) }, ['--detach', '--json']);
    if (asked.code !== 0) throw new Error(asked.stderr);
    const { deployment, position } = JSON.parse(asked.stdout) as { deployment: string; position: number };
    const running = await berth.until((event) => event.type === 'DeploymentStarted' && event.data.version === version, 60, position);
    const started = await berth.until((event) => event.type === 'ContainerStarted', 60, position);
    if (started.type !== 'ContainerStarted') throw new Error('begin a version: its container did not start');
    return { deployment, position, container: started.data.container, passed: () => sleep(DEADLINE_MS + 1000 - (Date.now() - running.at)) };
  };
  const left = async (deployment: string): Promise<DeploymentView['left']> =>
    ((await (await berth.fetch(`/v1/deployments/${deployment}`)).json()) as DeploymentView).left;
  /** It may be healthy now; resolves with the promotion. */
  const end = async ({ container, position }: Awaited<ReturnType<typeof begin>>): Promise<void> => {
    await berth.until((event) => event.type === 'ListeningResumed' && event.data.consumer === 'deployer', 30, position);
    await touchIn(berth, container, '/tmp/well');
    await berth.until((event) => event.type === 'VersionPromoted', 30, position);
  };

  it('because the deployer was frozen: the deployment says so, goes on with what it had left and is promoted', async () => {
    const deployment = await begin(1);
    const deployer = processes.replica('deployer', 0);
    deployer.signal('SIGSTOP');
    await deployment.passed();
    const told = await left(deployment.deployment);
    deployer.signal('SIGCONT');
    expect(told?.silentSince).not.toBeNull();
    expect(told?.listeningMs).toBeGreaterThan(0);
    await end(deployment);
  });

  it('because the database was away: the deployment goes on with what it had left and is promoted', async () => {
    const deployment = await begin(2);
    processes.killDatabase();
    await deployment.passed();
    await processes.restartDatabase();
    await vi.waitFor(async () => expect((await berth.fetch('/readyz')).ok).toBe(true), { timeout: 30_000, interval: 200 });
    expect((await left(deployment.deployment))?.listeningMs).toBeGreaterThan(0);
    await end(deployment);
  });

  it('fails nothing, takes no host for silent and keeps every invariant', async () => {
    const log = await berth.log();
    const failures = log.filter(({ type }) => type === 'DeployFailed' || type === 'HostSuspected' || type === 'HostLost');
    expect(failures).toEqual([]);
    expect(await berth.violations()).toEqual([]);
  });
});
