import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Transient } from '#libs/contracts';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { containerOf, deploymentOf } from '#libs/testing/history';
import { startGateway } from '../start.ts';
import { openGateway, startTestGateway, type TestGateway, TOKEN } from '../testing/open-gateway.ts';
import type { Beside } from '../view/readiness.ts';

interface Heard {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

/** With any host name, and over any socket: what `fetch` does not do. */
const knock = (options: Parameters<typeof request>[1] & { path?: string }, url = 'http://127.0.0.1'): Promise<Heard> => {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  const asked = request(url, { headers: {}, ...options }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    answer.on('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'], text }));
  });
  asked.on('error', reject).end();
  return promise;
};

describe('the door of the gateway', () => {
  let gateway: TestGateway;
  const beside: Record<string, Beside[string]> = {};

  beforeAll(async () => {
    gateway = await startTestGateway({ beside: () => beside });
  });
  afterAll(() => gateway?.close());

  it.each(['/', '/v1/events', '/v1/hosts', '/v1/nothing', '/v1/deployments'])('lets nobody to %s without the token', async (path) => {
    for (const authorization of ['', 'Bearer wrong']) {
      const answer = await gateway.ask(path, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('refuses a large body before it reads it, when the token is wrong', async () => {
    const answer = await gateway.ask('/v1/deployments', { method: 'POST', headers: { authorization: '' }, body: 'x'.repeat(2 ** 20 + 1) });
    expect(answer.status).toBe(401);
  });

  it('answers under loopback names only', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, host: 'berth.example.com' };
    const heard = await knock({ headers, path: '/v1/hosts' }, gateway.url);
    expect(heard).toMatchObject({ status: 421, type: expect.stringContaining('application/problem+json') });
    expect((await knock({ headers: { ...headers, host: 'localhost' }, path: '/v1/hosts' }, gateway.url)).status).toBe(200);
  });

  it('tells without a token that it lives and is ready, and nothing else', async () => {
    const answers = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(`${gateway.url}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([{ status: 'alive' }, { status: 'ready' }]);
  });

  it('tells who has the token how far it is, and what is halted or parked beside it', async () => {
    const known = { position: (await gateway.log.head()).position, remarks: [] };
    expect(await (await gateway.ask('/readyz')).json()).toEqual({ status: 'ready', ...known });
    beside.deployer = { hindrance: () => null, remarks: () => ['1 parked (berth parks): shop'] };
    expect(await (await gateway.ask('/readyz')).json()).toMatchObject({ remarks: ['deployer: 1 parked (berth parks): shop'] });
    beside.scheduler = { hindrance: () => 'it is halted before position 7' };
    const answer = await gateway.ask('/readyz');
    for (const name of Object.keys(beside)) delete beside[name];
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('scheduler: it is halted before position 7') });
  });

  it('names itself and its rooms', async () => {
    const answer = await gateway.ask('/');
    expect(await answer.json()).toMatchObject({ name: 'berth', version: '0.1.0', links: { events: '/v1/events' } });
  });

  it.each([
    ['GET', '/v1/nothing', 404],
    ['GET', '/%zz', 400],
    ['DELETE', '/v1/hosts', 405],
    ['PUT', '/v1/deployments', 405],
    ['GET', '/v1/events?limit=0', 400],
    ['GET', '/v1/events?limit=1001', 400],
    ['GET', '/v1/events?after=-1', 400],
    ['GET', '/v1/events?type=Nonsense', 400],
    ['GET', '/v1/events?colour=red', 400],
    ['GET', '/v1/containers?stack=A_B', 400],
    ['GET', `/v1/attachments/${'0'.repeat(64)}`, 404],
    ['GET', '/v1/attachments/..%2Fetc', 404],
  ])('%s %s is a problem: %i', async (method, path, status) => {
    const answer = await gateway.ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) });
  });

  it('gives an attachment as text that no browser takes for a page', async () => {
    const { sha256 } = await gateway.ports.attachments.store('<script>\u00fc</script>', gateway.ports.clock.now() + 60_000);
    const answer = await gateway.ask(`/v1/attachments/${sha256}`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe('<script>\u00fc</script>');
  });

  it('shows hosts and containers as the log tells of them', async () => {
    const container = containerOf('fleet', 1, 'web', 1);
    const subject = { stack: 'fleet' as never, host: 'h1' as never, container };
    const placements = [{ container, slot: 1, host: 'h1' as never, reason: 'it has the tags' }];
    await gateway.happen('hosts', 'HostJoined', {
      host: 'h1' as never,
      tags: ['ssd'],
      capacity: { milliCpus: 2000, memoryBytes: 2 ** 33 },
      proxy: true,
    });
    await gateway.happen('host/h1', 'HostConnected', { host: 'h1' as never, runId: 'r', engine: '20.10' });
    await gateway.happen('fleet', 'ContainersPlaced', {
      stack: subject.stack,
      deployment: deploymentOf('fleet', 1),
      service: 'web' as never,
      version: 1,
      placements,
    });
    await gateway.happen('host/h1', 'ContainerStarted', { ...subject, run: 'r1', address: '10.64.0.2', engineId: 'e', image: 'i' });
    const { containers } = (await (await gateway.ask('/v1/containers?stack=fleet')).json()) as { containers: unknown[] };
    expect(containers).toEqual([
      {
        container,
        stack: 'fleet',
        service: 'web',
        version: 1,
        slot: 1,
        host: 'h1',
        status: 'started',
        address: '10.64.0.2',
        reason: 'it has the tags',
        since: expect.any(Number),
        left: null,
      },
    ]);
    const { hosts } = (await (await gateway.ask('/v1/hosts')).json()) as { hosts: unknown[] };
    expect(hosts).toMatchObject([
      {
        ...{ host: 'h1', tags: ['name:h1', 'ssd'], milliCpus: 2000, memoryBytes: 2 ** 33, proxy: true, containers: 1 },
        ...{ lastConnectedAt: expect.any(Number), refused: null },
      },
    ]);
  });

  it('asks to come back when the log can not be reached, and is not ready', async () => {
    const { log } = gateway.ports;
    const head = log.head.bind(log);
    log.head = () => Promise.reject(new Transient('read head of the log: no route to hunter2'));
    const answers = [await gateway.ask('/v1/hosts'), await gateway.ask('/readyz')];
    log.head = head;
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    expect(answers[0]?.headers.get('retry-after')).toBe('1');
    expect(await answers[0]?.text()).not.toContain('hunter2');
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  it('keeps the words of its own bugs to its log', async () => {
    const { log } = gateway.ports;
    const head = log.head.bind(log);
    log.head = () => Promise.reject(new TypeError('read hunter2 of undefined'));
    const answer = await gateway.ask('/v1/hosts');
    log.head = head;
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('hunter2');
    expect(gateway.reported()).toMatch(/answer GET \/v1\/hosts: TypeError: read hunter2/);
  });

  it('answers the same from a second gateway on the same tables', async () => {
    const second = await startGateway(gateway.ports);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answers = await Promise.all([gateway.ask('/v1/containers'), fetch(`${second.url}/v1/containers`, { headers })]);
    const [first, again] = await Promise.all(answers.map((answer) => answer.json()));
    await second.close();
    expect(again).toEqual(first);
    expect((await gateway.ask('/v1/hosts')).status).toBe(200);
  });

  it('refuses to open to other machines', async () => {
    const settings = { listen: { address: '0.0.0.0', port: 0 }, token: TOKEN };
    await expect(startGateway({ ...gateway.ports, settings })).rejects.toThrow('can be reached from other machines');
  });
});

describe('a gateway on a unix socket', () => {
  let postgres: TestPostgres;
  const folder = mkdtempSync('/tmp/berth-gw-');
  const socket = `${folder}/api.sock`;
  const open = () => openGateway(postgres, { settings: { listen: { socket }, token: TOKEN } });

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(async () => {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves its owner alone', async () => {
    const gateway = await open();
    const heard = await knock({ socketPath: socket, path: '/', headers: { host: 'localhost', authorization: `Bearer ${TOKEN}` } });
    expect(gateway.url).toBe(`unix:${socket}`);
    expect(heard.status).toBe(200);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    await gateway.close();
    expect(existsSync(socket)).toBe(false);
  });

  it('takes over a socket that a killed process left', async () => {
    const left = createServer().listen(socket);
    await new Promise((resolve) => left.once('listening', resolve));
    const gateway = await open();
    expect((await knock({ socketPath: socket, path: '/healthz', headers: { host: 'localhost' } })).status).toBe(200);
    await gateway.close();
    left.close();
  });

  it('removes nothing that is no socket', async () => {
    writeFileSync(socket, 'precious');
    await expect(open()).rejects.toThrow('something that is no socket is there');
  });
});
