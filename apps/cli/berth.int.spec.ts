import { afterEach, describe, expect, it } from 'vitest';
import { type FakeApi, type FakeApiOptions, startFakeApi } from './testing/fake-api.ts';
import { folderWith, removeFolders, runBerth } from './testing/run-berth.ts';
import { CONTAINER, DEPLOYMENT, failedEvents, promotedEvents, wireEvent } from './testing/wire.ts';

const compose = 'name: shop\nservices:\n  web:\n    image: web:1\n    x-berth: {ports: ["3000:80"]}\n    restart: always\n';
const noDocker = { 'compose.yaml': compose, docker: '#!/bin/sh\nexit 1\n' };
const output = { sha256: 'a'.repeat(64), lines: 2, bytes: 8, expires: 0 };

let api: FakeApi | undefined;
const berth = async (
  args: string[],
  options: FakeApiOptions = {},
  files: Record<string, string> = noDocker,
  env: Record<string, string> = {},
) => {
  api = await startFakeApi(options);
  return runBerth(args, await folderWith(files), { BERTH_URL: api.url, ...env });
};
afterEach(async () => {
  await api?.close();
  await removeFolders();
});

describe('berth deploy', () => {
  it('asks once, with token and key, and tells each step until the switch', async () => {
    const { code, stdout } = await berth(['deploy', '--idempotency-key', 'k1'], { events: promotedEvents() });
    expect(code).toBe(0);
    expect(api?.wishes).toEqual([
      { key: 'k1', body: expect.objectContaining({ images: { web: { reference: 'web:1', digest: null } }, revision: null }) },
    ]);
    const steps = stdout.split('\n').flatMap((line) => /^ *[\d.]+s {2}(\w+)/.exec(line)?.[1] ?? []);
    expect(steps).toEqual(['requested', 'version', 'begun', 'placed', 'started', 'healthy', 'drawn', 'prepared', 'promoted', 'switched']);
    expect(stdout).toContain('version 2 of shop serves, 9.0s after the request');
  });

  it('makes a new key for each call', async () => {
    await berth(['deploy', '--detach']);
    await runBerth(['deploy', '--detach'], await folderWith(noDocker), { BERTH_URL: api?.url ?? '' });
    expect(new Set(api?.wishes.map(({ key }) => key)).size).toBe(2);
  });

  it('of a container that ends at start shows exit code, fix and last lines, and ends with 3', async () => {
    const events = failedEvents({ exitCode: 7, fix: 'mend the start', output });
    const { code, stdout } = await berth(['deploy'], { events, attachment: 'reading\ngiving up\n' });
    expect(code).toBe(3);
    for (const words of [
      'exit code: 7',
      'fix: mend the start',
      `last 2 lines of ${CONTAINER}:\n  | reading\n  | giving up`,
      'version 1 serves on',
    ])
      expect(stdout).toContain(words);
  });

  it('that no host can take ends with 9', async () => {
    expect((await berth(['deploy'], { events: failedEvents({ kind: 'placement' }) })).code).toBe(9);
  });

  it('takes up a broken stream after the last event and repeats nothing', async () => {
    const { code, stdout, stderr } = await berth(['deploy'], { events: promotedEvents(), breakAfter: 4 });
    expect(code).toBe(0);
    expect(stdout.match(/placed/g)).toHaveLength(1);
    expect(api?.asked.filter((path) => path.includes('/v1/events'))).toEqual([
      'GET /v1/events?stack=shop&after=0',
      'GET /v1/events?stack=shop&after=4',
    ]);
    expect(stderr).not.toContain('Error');
  });

  it('ends with 5 after --timeout, and says that the deployment goes on', async () => {
    const { code, stdout } = await berth(['deploy', '--timeout', '300ms'], { events: promotedEvents().slice(0, 5) });
    expect(code).toBe(5);
    expect(stdout).toContain(`the deployment goes on, and waits for the health of ${CONTAINER}`);
  });

  it('says after which deployment it is queued', async () => {
    const queued = wireEvent(2, 'DeploymentQueued', { after: 'bbbbbbbbbbbbbbbb' as never });
    const { stdout } = await berth(['deploy', '--timeout', '300ms'], { events: [queued] });
    expect(stdout).toContain('queued     waits for deployment bbbbbbbbbbbbbbbb');
  });

  it('with --json writes one object on stdout and nothing else', async () => {
    const { code, stdout, stderr } = await berth(['deploy', '--json'], {
      events: failedEvents({ exitCode: 7, output }),
      attachment: 'bye\n',
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      deployment: DEPLOYMENT,
      version: 2,
      status: 'failed',
      exitCode: 3,
      failure: { output: 'bye\n' },
    });
    expect(stderr).toContain('placed');
  });

  it('with --detach does not wait', async () => {
    const { code, stdout } = await berth(['deploy', '--detach', '--json']);
    expect([code, JSON.parse(stdout).deployment]).toEqual([0, DEPLOYMENT]);
    expect(api?.asked).toEqual(['POST /v1/deployments']);
  });

  it('shows the output of a failing build, and asks for nothing', async () => {
    const files = {
      'compose.yaml': 'name: shop\nservices:\n  web:\n    build: .\n',
      docker: '#!/bin/sh\necho "Step 2/3 : RUN make"\necho "make: no rule" >&2\nexit 2\n',
    };
    const { code, stderr } = await berth(['deploy'], {}, files);
    expect(code).toBe(1);
    expect(stderr).toContain('build web: docker build failed with exit code 2\nStep 2/3 : RUN make\nmake: no rule\nmend Dockerfile');
    expect(api?.asked).toEqual([]);
  });

  it('names an image that it built by its content', async () => {
    const files = {
      'compose.yaml': 'name: shop\nservices:\n  web:\n    build: {context: ., args: {KEY: hush}}\n',
      docker: '#!/bin/sh\n[ "$1" = build ] && [ "$KEY" = hush ] && printf sha256:abc > "$3"\nexit 0\n',
    };
    const { code, stdout } = await berth(['deploy', '--detach'], {}, files);
    expect(code).toBe(0);
    expect(stdout).toMatch(/built {6}web {2}abc {2}in /);
    expect(api?.wishes[0]?.body).toMatchObject({ images: { web: { reference: 'shop-web', digest: 'sha256:abc' } } });
  });

  it('refuses a bad manifest with 2, line and column, and asks for nothing', async () => {
    const { code, stderr } = await berth(['deploy'], {}, { 'compose.yaml': compose.replace('image', 'imgae') });
    expect(code).toBe(2);
    expect(stderr).toContain('compose.yaml:4:5 services.web.imgae: is not a key that Compose or Berth knows; did you mean image?');
    expect(api?.asked).toEqual([]);
  });

  it('warns of a key that is not acted on', async () => {
    expect((await berth(['deploy', '--detach'])).stderr).toContain('warning compose.yaml:6:5 services.web.restart: is legal Compose');
  });

  it('leads a fault that the API found back to its line', async () => {
    const errors = [{ pointer: '#/compose/services/web/x-berth/ports/0', detail: 'port 80 is taken' }];
    const { code, stderr } = await berth(['deploy'], { refusal: { status: 422, problem: { title: 'Body refused', errors } } });
    expect(code).toBe(2);
    expect(stderr).toContain('compose.yaml:5:23 services.web.x-berth.ports[0]: port 80 is taken');
  });

  it('with a key that stands for another body ends with 6', async () => {
    const problem = { type: 'urn:berth:problem:idempotency-key-reused', detail: `used for ${DEPLOYMENT}` };
    const { code, stderr } = await berth(['deploy'], { refusal: { status: 422, problem } });
    expect([code, stderr.includes(DEPLOYMENT)]).toEqual([6, true]);
  });
});

describe('berth', () => {
  it('ends with 7 when the token is wrong', async () => {
    const { code, stderr } = await berth(['ps'], {}, noDocker, { BERTH_TOKEN: 'wrong' });
    expect([code, stderr]).toEqual([7, expect.stringContaining('Token needed')]);
  });

  it('ends with 8 when nothing listens', async () => {
    const { url, close } = await startFakeApi();
    await close();
    const { code, stderr } = await runBerth(['ps'], '/', { BERTH_URL: url });
    expect([code, stderr]).toEqual([8, expect.stringContaining('ECONNREFUSED')]);
  });

  it.each([[['nope']], [['deploy', '--nope']], [['events', '--after', 'x']], [[]]])('ends with 2 for %j', async (args) => {
    expect((await berth(args)).code).toBe(2);
  });

  it('prints events as lines of JSON, and as a table', async () => {
    const { stdout } = await berth(['events', '--json', '--after', '8'], { events: promotedEvents() });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).position),
    ).toEqual([9, 10]);
    const table = await runBerth(['events', '--stack', 'shop'], await folderWith({}), { BERTH_URL: api?.url ?? '' });
    expect(table.stdout.split('\n').at(9)).toMatch(/^9 +2026-11-21T10:00:09.000Z +VersionPromoted +shop +deployer +version 2$/);
  });

  it('asks for events as it was told', async () => {
    const args = [
      '--type',
      'VersionPromoted',
      'DeployFailed',
      '--host',
      'h1',
      '--until',
      '2026-11-21',
      '--newest',
      '--before',
      '9',
      '--limit',
      '5',
    ];
    expect((await berth(['events', ...args])).stderr).toBe('nothing in the log is so\n');
    const asked = new URL(api?.asked[0]?.split(' ')[1] ?? '', 'http://x').searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      ...{ type: 'VersionPromoted,DeployFailed', host: 'h1', until: '2026-11-21', order: 'newest', before: '9', limit: '5' },
    });
    expect((await berth(['events', '--since', '10 minutes'])).stderr).toContain('write it as 10m, 30d, 2026-11-21 or');
    expect((await berth(['events', '--newest', '--follow'])).code).toBe(2);
  });

  it('goes on after the last place that it saw, and says when the log went back', async () => {
    const events = [wireEvent(1, 'VersionPromoted', {}), wireEvent(2, 'VersionPromoted', {})];
    const raised = { from: 1, incarnation: 2, position: 1, isBack: true };
    const { stdout, stderr } = await berth(['events', '--follow', '--json'], { events, breakAfter: 2, raised });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).position),
    ).toEqual([1, 2, 2]);
    expect(stderr).toContain('the log went back (incarnation 2): what was printed after position 1 is no longer part of it');
    expect(api?.lastIds).toEqual([null, '1.2', '2.2']);
  });

  it('prints containers', async () => {
    const containers = [
      { container: CONTAINER, service: 'web', version: 1, host: 'main', status: 'healthy', address: '10.64.0.5', reason: 'x', since: 0 },
    ];
    expect((await berth(['ps'], { containers })).stdout).toContain(`${CONTAINER}  web      1        main  healthy  10.64.0.5`);
    expect(JSON.parse((await runBerth(['ps', '--json'], '/', { BERTH_URL: api?.url ?? '' })).stdout)).toEqual({ containers, scaled: [] });
  });
});
