import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth, type Finished, shop } from './harness/berth.ts';
import { ownEngine } from './harness/engine.ts';

/** What a person gets who asks for something that can't be: on the terminal and over HTTP. */
describe('bad input', () => {
  let berth: Berth;

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 7);
    await berth.start();
  });
  afterAll(() => berth?.destroy());

  const deployText = (name: string, text: string, files: Record<string, string> = {}, args: readonly string[] = []): Promise<Finished> => {
    const folder = join(berth.home, 'bad', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'compose.yaml'), text);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    return berth.deploy(join(folder, 'compose.yaml'), {}, args);
  };
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    berth.fetch('/v1/deployments', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k-bad', ...headers },
    });
  const service = (lines: string): string => `x-berth:\n  stack: bad\nservices:\n  web:\n    image: berth-example-node\n${lines}`;

  it('names line and column of broken YAML', async () => {
    const { code, stderr } = await deployText('yaml', 'services:\n  web:\n    image: [x\n');
    expect(code).toBe(2);
    expect(stderr).toMatch(/compose\.yaml:\d+:\d+ /);
  });

  it('offers the key that was meant', async () => {
    const { code, stderr } = await deployText('key', service('    enviroment:\n      A: b\n'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/compose\.yaml:6:\d+ services\.web\.enviroment.*did you mean.*environment/s);
  });

  it('says which type it wants', async () => {
    const { code, stderr } = await deployText('type', service('    deploy:\n      replicas: many\n'));
    expect(code).toBe(2);
    expect(stderr).toContain('services.web.deploy.replicas');
  });

  it('refuses two services on one port and name', async () => {
    const door = '    x-berth:\n      ports: ["3000:8099"]\n';
    const { code, stderr } = await deployText('door', `${service(door)}  api:\n    image: berth-example-node\n${door}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/8099/);
    expect(stderr).toContain('services.web');
  });

  it.each([
    ['privileged', '    privileged: true\n'],
    ['volumes', '    volumes: ["/etc:/etc"]\n'],
    ['cap_add', '    cap_add: [NET_ADMIN]\n'],
  ])('refuses %s', async (key, lines) => {
    const { code, stderr } = await deployText(key, service(lines));
    expect(code).toBe(2);
    expect(stderr).toContain(`services.web.${key}`);
  });

  it('refuses privileged over HTTP as well, with a pointer', async () => {
    const compose = { 'x-berth': { stack: 'bad' }, services: { web: { image: 'x', privileged: true } } };
    const answer = await post({ compose });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '#/compose/services/web/privileged' }] });
  });

  it('shows what the Dockerfile did wrong', async () => {
    const text = 'x-berth:\n  stack: bad\nservices:\n  web:\n    build: .\n';
    const { code, stdout, stderr } = await deployText('build', text, { Dockerfile: 'FROM berth-example-node\nCOPY nothing-here /\n' });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('nothing-here');
  });

  it('fails with the tag that no host has', async () => {
    const { code, stdout, stderr } = await deployText('tag', service('    x-berth:\n      tags: [gpu]\n'));
    expect(code).toBe(9);
    expect(stdout + stderr).toContain('gpu');
  });

  it('fails with the image that is nowhere', async () => {
    const { code, stdout, stderr } = await deployText(
      'image',
      'x-berth:\n  stack: bad\nservices:\n  web:\n    image: localhost:1/no-such-image:9\n',
    );
    expect(code).toBe(3);
    expect(stdout + stderr).toContain('localhost:1/no-such-image:9');
  });

  it('fails with the port that another process holds', async () => {
    const stranger = createServer().listen(berth.doorPort, '0.0.0.0');
    await once(stranger, 'listening');
    const failed = await berth.deploy(shop, { SHOP_VERSION: '1' });
    stranger.close();
    expect(failed.code).toBe(3);
    expect(failed.stdout + failed.stderr).toMatch(new RegExp(`port ${berth.doorPort}`));
  });

  it('queues a deployment behind the one that runs, and says so', async () => {
    const first = berth.deploy(shop, { SHOP_VERSION: '2' });
    await berth.until((event) => event.type === 'DeploymentStarted' && event.data.stack === 'shop' && event.data.version === 2, 60);
    const second = await berth.deploy(shop, { SHOP_VERSION: '3' });
    expect((await first).code).toBe(0);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout + second.stderr).toMatch(/queued/);
  });

  it('gives the same deployment for the same key, and refuses another body', async () => {
    const body = (replicas: number) => ({
      compose: { 'x-berth': { stack: 'twice' }, services: { web: { image: 'berth-example-node', deploy: { replicas } } } },
    });
    const [first, again, other] = [await post(body(0)), await post(body(0)), await post(body(1))];
    expect([first.status, again.status, other.status]).toEqual([202, 200, 422]);
    const id = ((await first.json()) as { deployment: string }).deployment;
    expect(await again.json()).toMatchObject({ deployment: id });
    expect(await other.json()).toMatchObject({
      type: expect.stringContaining('idempotency-key-reused'),
      detail: expect.stringContaining(id),
    });
  });

  it('lets nobody in without the token', async () => {
    const without = await fetch(`${berth.url}/v1/events`);
    const wrong = await berth.cli(['ps'], { BERTH_TOKEN: 'berth_wrong_wrong_wrong' });
    expect(without.status).toBe(401);
    expect(without.headers.get('content-type')).toContain('application/problem+json');
    expect(wrong.code).toBe(7);
  });

  it('says that nothing answers', async () => {
    const { code, stderr } = await berth.cli(['ps'], { BERTH_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(8);
    expect(stderr).toContain('127.0.0.1:9');
  });

  it('keeps every invariant', async () => {
    expect(await berth.violations()).toEqual([]);
  });
});
