import { mkdtemp, rm } from 'node:fs/promises';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InProcessMail } from '#libs/bus/in-process';
import { SystemClock, SystemIds } from '#libs/clock';
import type { ContainerId, ContainerSpec, DesiredContainer, HostId, StackName } from '#libs/contracts';
import { sealText } from '#libs/seals';
import { containerSpec, loadTestImages, startTestEngine, type TestEngine } from '#libs/testing';
import { ControlPlane } from './control-plane.twin.ts';
import { DockerEngine } from './docker/engine.ts';
import { InMemoryProxy, InMemoryResolver } from './ports.twin.ts';
import { startHostAgent } from './start.ts';

const host = 'one' as HostId;
const clock = new SystemClock();
const ids = new SystemIds();
const quiet = (): void => undefined;
const run = (spec: ContainerSpec): DesiredContainer => ({ goal: 'run', spec });
const gone = ({ container }: ContainerSpec): DesiredContainer => ({ goal: 'gone', container, stopGraceMs: 2000 });

let testEngine: TestEngine;
let docker: Docker;
let home: string;
let mail: InProcessMail;
let control: ControlPlane;
let resolver: InMemoryResolver;
let proxy: InMemoryProxy;
let agent: { engine: DockerEngine; close(): Promise<void> };

const startAgent = async (): Promise<typeof agent> => {
  const engine = new DockerEngine({ socket: testEngine.socket, host, network: 'berth', clock, report: quiet });
  const settings = { home, host, tags: ['ssd'], engineSocket: testEngine.socket, pool: '10.99.32.0/20', zone: 'berth.internal' };
  const started = await startHostAgent({
    ...{ mail, clock, ids, engine, proxy, resolver, report: quiet },
    settings: { ...settings, bridge: 'bt-agent0', proxy: true },
  });
  return { engine, close: started.close };
};

const want = (...containers: readonly DesiredContainer[]): void => {
  control.containers = [{ stack: 'shop' as StackName, generation: control.asOf, containers }];
  control.push();
};
const healthy = (...specs: readonly ContainerSpec[]): Promise<void> =>
  control.until(() => specs.every(({ container }) => control.seen(container)?.health === 'healthy'));
const heartbeats = (count: number): Promise<void> => {
  const from = control.reports.length;
  return control.until(() => control.reports.length >= from + count);
};

beforeAll(async () => {
  testEngine = await startTestEngine();
  docker = new Docker({ socketPath: testEngine.socket });
  await loadTestImages(testEngine.socket);
}, 60_000);

afterAll(() => testEngine.stop(), 60_000);

beforeEach(async () => {
  home = await mkdtemp('/tmp/ba-');
  mail = new InProcessMail(quiet);
  control = new ControlPlane(mail, host);
  resolver = new InMemoryResolver();
  proxy = new InMemoryProxy();
  await control.open();
  agent = await startAgent();
});

afterEach(async () => {
  await agent.close();
  await control.close();
  for (const { Id } of await docker.listContainers({ all: true })) await docker.getContainer(Id).remove({ force: true });
  await rm(home, { recursive: true });
});

describe('an agent on a real engine', { timeout: 60_000 }, () => {
  it('says hello with what its engine has, and starts what it is told to', async () => {
    const [one, two] = [containerSpec({ slot: 1 }), containerSpec({ slot: 2 })];
    want(run(one), run(two));
    await healthy(one, two);
    expect(control.hellos[0]).toMatchObject({
      tags: ['ssd', expect.stringMatching(/^arch:/)],
      proxy: true,
      engine: expect.stringMatching(/^docker \d/),
    });
    expect(control.seen(one.container)).toMatchObject({ state: 'running', healthBy: 'port', message: '' });
    const addresses = [one, two].map(({ container }) => control.seen(container)?.address).sort();
    expect(addresses).toEqual(['10.99.32.10', '10.99.32.11']);
    expect(resolver.callers['10.99.32.10']).toMatchObject({ stack: 'shop', service: 'web', version: 1, host });
  });

  it('changes nothing when it is told the same again (I11)', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    const before = agent.engine.mutations;
    control.push();
    await heartbeats(3);
    expect(agent.engine.mutations).toBe(before);
  });

  it('changes nothing when it is started again', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    const run1 = control.seen(spec.container)?.run;
    await agent.close();
    agent = await startAgent();
    await control.until(() => control.hellos.length === 2);
    await heartbeats(2);
    expect(agent.engine.mutations).toBe(0);
    expect(control.seen(spec.container)).toMatchObject({ run: run1, health: 'healthy' });
  });

  it('mends from disk what was lost while it was away and the control plane is down', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    await agent.close();
    await docker.getContainer(spec.container).remove({ force: true });
    await control.close();
    agent = await startAgent();
    await control.open();
    control.containers = [];
    await healthy(spec);
    expect(control.seen(spec.container)?.address).toBe('10.99.32.10');
  });

  it('starts a killed container again, and says so as another run', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    const before = control.seen(spec.container)?.run;
    await docker.getContainer(spec.container).kill();
    await control.until(() => control.seen(spec.container)?.state === 'exited');
    expect(control.seen(spec.container)).toMatchObject({ run: before, exitCode: 137 });
    await healthy(spec);
    expect(control.seen(spec.container)?.run).not.toBe(before);
  });

  it('makes again what somebody removed by hand', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    const before = control.seen(spec.container)?.engineId;
    await docker.getContainer(spec.container).remove({ force: true });
    await control.until(() => control.seen(spec.container)?.health === 'healthy' && control.seen(spec.container)?.engineId !== before);
  });

  it('takes away what shall be gone, and says so until it is named no more', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    want(gone(spec));
    await control.until(() => control.seen(spec.container)?.state === 'gone');
    expect(await docker.listContainers({ all: true })).toEqual([]);
    want();
    await control.until(() => control.seen(spec.container) === undefined);
    expect(Object.keys(resolver.callers)).toEqual([]);
  });

  it('says why an image can not be had', async () => {
    const spec = containerSpec({ image: 'localhost:1/nobody/nothing:1' });
    want(run(spec));
    await control.until(() => control.seen(spec.container)?.state === 'exited');
    expect(control.seen(spec.container)).toMatchObject({
      ...{ run: null, exitCode: null },
      message: expect.stringContaining('image localhost:1/nobody/nothing:1: not here and the pull failed: '),
    });
  });

  it('reports the exit of one that was never healthy with its last lines, and leaves it to the control plane', async () => {
    const spec = containerSpec({ image: 'berth-test/fails:latest' });
    want(run(spec));
    await control.until(() => control.seen(spec.container)?.state === 'exited');
    const seen = control.seen(spec.container);
    expect(seen).toMatchObject({ exitCode: 3, oom: false });
    // One line goes to each of its two outputs, and which of them the engine reads first is open.
    expect(seen?.output?.split('\n').sort()).toEqual(['', 'first', 'second']);
    await heartbeats(3);
    expect((await docker.getContainer(spec.container).inspect()).RestartCount).toBe(0);
    expect(control.seen(spec.container)?.state).toBe('exited');
  });

  it('opens the environment on the host alone and masks secrets in output', async () => {
    const key = ids.bytes(32);
    const seal = (plain: string): string => sealText('shop.1', key, ids.bytes(12), plain);
    control.keys = { 'shop.1': Buffer.from(key).toString('base64') };
    const command = ['/bin/sh', '-c', 'echo "$GREETING $API_TOKEN"; exit 1'];
    const spec = containerSpec({ command, environment: { GREETING: seal('hello'), API_TOKEN: seal('hunter2-hunter2') } });
    want(run(spec));
    await control.until(() => control.seen(spec.container)?.state === 'exited');
    expect(control.seen(spec.container)?.output).toBe('hello ***\n');
  });

  it('goes by the health check where there is one', async () => {
    const check = { intervalMs: 200, timeoutMs: 1000, retries: 2, startPeriodMs: 0 };
    const well = containerSpec({ slot: 1, healthcheck: { ...check, command: ['CMD', '/bin/true'] } });
    const ill = containerSpec({ slot: 2, healthcheck: { ...check, command: ['CMD-SHELL', 'echo no database; exit 1'] } });
    want(run(well), run(ill));
    await control.until(() => control.seen(ill.container)?.health === 'unhealthy');
    await healthy(well);
    expect(control.seen(ill.container)).toMatchObject({ healthBy: 'healthcheck', message: 'no database', exitCode: 1 });
    expect(control.seen(well.container)?.healthBy).toBe('healthcheck');
  });

  it('keeps an orphan and reports it', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    want();
    await control.until(() => control.seen(spec.container)?.message === 'no desired state names this container');
    expect(control.seen(spec.container)?.state).toBe('running');
  });

  it('says that a leaving container is drained when nobody but the gateway holds a connection to it', async () => {
    const server = containerSpec({ slot: 1 });
    const command = ['/bin/sh', '-c', 'sleep 1000 | nc 10.99.32.10 80'];
    const client = containerSpec({ slot: 2, ports: [], command });
    want(run(server));
    await healthy(server);
    want(run(server), run(client));
    await healthy(client);
    want({ goal: 'drain', spec: server, disregard: [server.container] }, run(client));
    await heartbeats(4);
    expect(control.seen(server.container)?.drained).toBe(false);
    want({ goal: 'drain', spec: server, disregard: [server.container] }, gone(client));
    await control.until(() => control.seen(server.container)?.drained === true);
  });

  it('begins nothing new once it was out of touch for too long, keeps what it has, and catches up', async () => {
    const [known, late] = [containerSpec({ slot: 1 }), containerSpec({ slot: 2 })];
    want(run(known));
    await healthy(known);
    await agent.close();
    control.lostMs = 300;
    agent = await startAgent();
    await control.until(() => control.hellos.length === 2);
    control.isAcknowledging = false;
    await heartbeats(2);
    want(run(known), run(late));
    await docker.getContainer(known.container).kill();
    await control.until(() => control.seen(known.container)?.run !== null && control.seen(known.container)?.state === 'running');
    await heartbeats(2);
    expect((await docker.listContainers({ all: true })).map(({ Names }) => Names[0])).toEqual([`/${known.container}`]);
    control.isAcknowledging = true;
    await healthy(late);
  });

  it('says everything again until it is acknowledged', async () => {
    control.isAcknowledging = false;
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    await heartbeats(2);
    expect(control.reports.at(-1)).toMatchObject({ full: true, containers: [{ container: spec.container }] });
    control.isAcknowledging = true;
    await heartbeats(3);
    expect(control.reports.at(-1)).toMatchObject({ full: false, containers: [] });
  });

  it('says hello again when its session is not known, and then everything', async () => {
    const spec = containerSpec();
    want(run(spec));
    await healthy(spec);
    const from = control.reports.length;
    mail.send(`host/${host}`, { type: 'HelloWanted', host });
    await control.until(() => control.hellos.length === 2 && control.reports.slice(from).some(({ full }) => full));
    expect(control.hellos[1]?.runId).toBe(control.hellos[0]?.runId);
    expect(control.seen(spec.container as ContainerId)?.state).toBe('running');
  });

  it('keeps the bind-mounted resolv.conf that names the gateway', async () => {
    const spec = containerSpec({ image: 'berth-test/web:latest', command: ['/bin/cat', '/etc/resolv.conf'] });
    want(run(spec));
    await control.until(() => control.seen(spec.container)?.state === 'exited');
    expect(control.seen(spec.container)?.output).toBe(
      'nameserver 10.99.32.1\nsearch berth.internal\noptions ndots:1 timeout:1 attempts:3\n',
    );
  });
});
