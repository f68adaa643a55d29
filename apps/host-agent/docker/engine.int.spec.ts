import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#libs/clock';
import type { ContainerId, ContainerSpec, HostId } from '#libs/contracts';
import { containerSpec, loadTestImages, startTestEngine, type TestEngine, type TestImages } from '#libs/testing';
import { ensureBridge } from '../network/bridge.ts';
import { firstSubnetOf } from '../network/subnet.ts';
import { containerOptions } from './container-options.ts';
import { DockerEngine } from './engine.ts';

const host = 'one' as HostId;
const clock = new SystemClock();
const subnet = firstSubnetOf('10.99.64.0/20');
const bridge = { bridge: 'bt-engine0', subnet };
let testEngine: TestEngine;
let images: TestImages;
let docker: Docker;
let engine: DockerEngine;

const optionsFor = (spec: ContainerSpec, address = '10.99.64.10') =>
  containerOptions(spec, { host, network: 'berth', address, resolvConf: '/etc/resolv.conf', keys: {} });
const create = async (change: Partial<ContainerSpec> = {}): Promise<ContainerSpec> => {
  const spec = containerSpec({ image: images.sleeps, ...change });
  await engine.create(optionsFor(spec));
  return spec;
};
const only = async () => (await engine.list())[0];

beforeAll(async () => {
  testEngine = await startTestEngine();
  docker = new Docker({ socketPath: testEngine.socket });
  images = await loadTestImages(testEngine.socket);
  engine = new DockerEngine({ socket: testEngine.socket, host, network: 'berth', clock, report: () => undefined });
  await ensureBridge(engine, bridge);
}, 60_000);

afterAll(() => testEngine.stop(), 60_000);

afterEach(async () => {
  for (const { Id } of await docker.listContainers({ all: true })) await docker.getContainer(Id).remove({ force: true });
});

describe('an engine', { timeout: 30_000 }, () => {
  it('shows a container from its making to its end', async () => {
    const { container } = await create();
    expect(await only()).toMatchObject({ container, state: 'created', run: null, address: '10.99.64.10', exitCode: null });
    await engine.start(container);
    expect(await only()).toMatchObject({ state: 'running', run: expect.stringMatching(/^[0-9a-f]{12}-/), address: '10.99.64.10' });
    await engine.stop(container, 5000);
    expect(await only()).toMatchObject({ state: 'exited', exitCode: 0, pid: null });
    await engine.remove(container);
    expect(await engine.list()).toEqual([]);
  });

  it('tells the images that no registry has, and when there is another', async () => {
    const { Id } = await docker.getImage(images.web).inspect();
    expect((await engine.images()).local).toContain(Id);
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = engine.watch(
      () => undefined,
      () =>
        void docker
          .getImage('berth-test/other')
          .inspect()
          .then(
            () => resolve(),
            () => undefined,
          ),
    );
    await docker.getImage(images.web).tag({ repo: 'berth-test/other' });
    await promise;
    await watch.stop();
    await docker.getImage('berth-test/other').remove();
  });

  it('takes what is so already for success', async () => {
    const spec = await create();
    await engine.create(optionsFor(spec));
    await engine.start(spec.container);
    await engine.start(spec.container);
    await engine.stop(spec.container, 1000);
    await engine.stop(spec.container, 1000);
    await engine.remove(spec.container);
    await engine.remove(spec.container);
    expect(await engine.list()).toEqual([]);
  });

  it('kills what does not hear after its grace', async () => {
    const { container } = await create({ command: ['deaf'] });
    await engine.start(container);
    await engine.stop(container, 1000);
    expect(await only()).toMatchObject({ state: 'exited', exitCode: 137 });
  });

  it('refuses a name that somebody else has', async () => {
    const spec = containerSpec({ image: images.sleeps });
    await docker.createContainer({ name: spec.container, Image: images.sleeps });
    await expect(engine.create(optionsFor(spec))).rejects.toThrow(/^create container .* is already in use/);
  });

  it('says the engine’s words when a container can not be started', async () => {
    const { container } = await create({ entrypoint: ['/bin/nothing'] });
    await expect(engine.start(container)).rejects.toThrow(/^start container .*\/bin\/nothing.* no such file/s);
    expect(await only()).toMatchObject({ state: 'created', run: null });
  });

  it('lists its own host’s containers alone', async () => {
    await docker.createContainer({ name: 'stranger', Image: images.sleeps });
    await docker.createContainer({ name: 'neighbour', Image: images.sleeps, Labels: { 'berth.host': 'two' } });
    expect(await engine.list()).toEqual([]);
  });

  it('sees a restart between two looks', async () => {
    const { container } = await create();
    const { promise, resolve } = Promise.withResolvers<void>();
    await engine.start(container);
    const before = (await only())?.run;
    const watch = engine.watch(() => void only().then((now) => now?.state === 'running' && now.run !== before && resolve()));
    await docker.getContainer(container).restart({ t: 0 });
    await promise;
    await watch.stop();
  });

  it('makes the network once, and refuses another one of its name', async () => {
    const before = engine.mutations;
    await ensureBridge(engine, bridge);
    expect(engine.mutations).toBe(before);
    const other = { bridge: 'bt-engine0', subnet: firstSubnetOf('10.99.80.0/20') };
    await expect(ensureBridge(engine, other)).rejects.toThrow(
      'use network berth: it has the range 10.99.64.0/20, not 10.99.80.0/20; remove it (docker network rm berth) or set BERTH_POOL',
    );
  });

  it('names the socket of an engine that is not there', async () => {
    const nobody = new DockerEngine({ socket: '/tmp/no-engine', host, network: 'berth', clock, report: () => undefined });
    await expect(nobody.info()).rejects.toThrow('read the capacity of the engine at /tmp/no-engine: connect ENOENT');
  });

  it('has no lines of a container that is not there', async () => {
    expect(await engine.tail('nobody' as ContainerId)).toBe('');
  });
});
