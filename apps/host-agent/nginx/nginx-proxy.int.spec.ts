import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Agent, createServer, type Server as HttpServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#libs/clock';
import type { ContainerId, DoorSet, DoorsPart, EventId, HostId, Server, ServiceName, StackName } from '#libs/contracts';
import { Control } from './control.ts';
import { NginxProxy } from './nginx-proxy.ts';
import { nginxProcesses } from './processes.ts';

const shop = 'shop' as StackName;
const blog = 'blog' as StackName;
/** A proxy's patience need not be waited for. */
class HurriedClock extends SystemClock {
  ahead = 0;

  override monotonic(): number {
    return super.monotonic() + this.ahead;
  }
}

const clock = new HurriedClock();
const closers: (() => Promise<void> | void)[] = [];
let home: string;
let proxy: NginxProxy;
let problems: string[];

const newProxy = () => new NginxProxy({ home, clock, report: (problem) => problems.push(problem) });

beforeEach(async () => {
  home = mkdtempSync('/tmp/berth-doors-');
  chmodSync(home, 0o711);
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  problems = [];
  proxy = newProxy();
  await proxy.ensureRunning();
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  killNginx();
  await until(() => processes().length === 0);
  rmSync(home, { recursive: true });
});

const processes = () => nginxProcesses(join(home, 'nginx'));
const killNginx = (): void => {
  for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
};

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const end = clock.monotonic() + 15_000;
  while (!(await isSo())) {
    if (clock.monotonic() > end) throw new Error('wait: 15 s have passed');
    await clock.sleep(10);
  }
};

/** A container: says its name, the bytes that it was sent and the headers that it saw. */
const container = async (name: string, host = '127.0.0.1') => {
  const server: HttpServer = createServer((incoming, response) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    incoming.on('end', () => response.end(JSON.stringify({ name, bytes, headers: incoming.headers })));
  });
  server.on('upgrade', (_incoming, socket) => {
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.on('data', (chunk: Buffer) => socket.write(`${name}: ${chunk}`));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const close = (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };
  closers.push(close);
  return { container: name as ContainerId, host: 'main' as HostId, address: host, port: (server.address() as AddressInfo).port, close };
};
type Running = Awaited<ReturnType<typeof container>>;

const freePort = async (): Promise<number> => {
  const server = createTcp();
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
};

const doors = (stack: StackName, port: number, running: readonly Running[], names: string[] = [], path = '/'): DoorSet => {
  const key = `${stack}:${port}:${names[0] ?? '_'}${path === '/' ? '' : path}`;
  const server: Server = { key, port, protocol: 'http', names, service: 'web' as ServiceName, containerPort: 80, path };
  return { servers: [server], endpoints: { [key]: running.map(({ close: _, ...endpoint }) => endpoint) } };
};
const live = (position: number, set: DoorSet, stack = shop): DoorsPart => ({
  stack,
  live: { generation: { incarnation: 1, position }, ...set },
  drafts: [],
});
const draftId = '00000000-0000-7000-8000-000000000001' as EventId;
const draft = (set: DoorSet, stack = shop): DoorsPart => ({ stack, live: null, drafts: [{ draft: draftId, ...set }] });

interface Answer {
  readonly status: number;
  readonly text: string;
}

const textOf = async (incoming: IncomingMessage): Promise<string> => Buffer.concat(await incoming.toArray()).toString();

const get = (port: number, headers: Record<string, string> = {}, agent: Agent | false = false, path = '/'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', agent, headers, path }, (response) => {
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    })
      .on('error', reject)
      .end();
  });
const nameAt = async (port: number, headers = {}): Promise<string> => JSON.parse((await get(port, headers)).text).name;

/** An upload that waits to be told to end. */
const upload = (port: number) => {
  const sent = request({ port, host: '127.0.0.1', method: 'POST', agent: false, headers: { 'content-length': '2000000' } });
  const answered = new Promise<string>((resolve, reject) => {
    sent.on('response', (response) => textOf(response).then(resolve, reject));
    sent.on('error', reject);
  });
  answered.catch(() => undefined);
  sent.write(Buffer.alloc(1_000_000));
  return { answered, finish: () => sent.end(Buffer.alloc(1_000_000)), abort: () => sent.destroy() };
};

const openWebsocket = async (port: number): Promise<Socket> => {
  const headers = { connection: 'upgrade', upgrade: 'websocket' };
  const [, socket] = await once(request({ port, host: '127.0.0.1', agent: false, headers }).end(), 'upgrade');
  return socket as Socket;
};

describe('what serves', () => {
  it('passes requests to the containers in turn and says who asked', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a, b]))]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closers.push(() => agent.destroy());
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => get(port, { 'x-forwarded-for': '6.6.6.6', proxy: 'evil', host: 'a.test:80' }, agent)),
    );
    expect(answers.map(({ text }) => JSON.parse(text).name).sort()).toEqual(['a', 'a', 'b', 'b']);
    const { headers } = JSON.parse(answers[0]?.text ?? '');
    expect(headers).toMatchObject({ host: 'a.test:80', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(headers).toHaveProperty('x-request-id');
    expect(headers).not.toHaveProperty('proxy');
  });

  it('says the generation and since when', async () => {
    const [a, port, before] = [await container('a'), await freePort(), clock.now()];
    const [level] = await proxy.apply([live(7, doors(shop, port, [a]))]);
    expect(level).toMatchObject({ stack: shop, drafts: [], doors: { generation: { incarnation: 1, position: 7 } } });
    expect(level?.doors?.since).toBeGreaterThanOrEqual(before);
  });

  it('answers 503 in words while no container is behind a door', async () => {
    const port = await freePort();
    await proxy.apply([live(1, doors(shop, port, []))]);
    expect(await get(port)).toEqual({ status: 503, text: `no container is healthy behind the door shop:${port}:_\n` });
  });

  it('tries another container where one accepts no connection', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a, b]))]);
    await a.close();
    const posts = [1, 2, 3].map(() => {
      const { answered, finish } = upload(port);
      finish();
      return answered;
    });
    expect((await Promise.all(posts)).map((text) => JSON.parse(text).name)).toEqual(['b', 'b', 'b']);
  });

  it('keeps two stacks on one port apart by names and answers 404 to strangers', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([
      live(1, doors(shop, port, [a], ['*.shop.test', 'shop.test'])),
      live(2, doors(blog, port, [b], ['blog.test']), blog),
    ]);
    expect(await nameAt(port, { host: 'eu.shop.test' })).toBe('a');
    expect(await nameAt(port, { host: 'blog.test' })).toBe('b');
    expect(await get(port, { host: 'other.test' })).toEqual({
      status: 404,
      text: `no stack has a door with the name other.test on port ${port}`,
    });
  });

  it('chooses by the name, then by the longest path of whole segments, also where two stacks share a name', async () => {
    const [a, b, c, port] = [await container('a'), await container('b'), await container('c'), await freePort()];
    const [whole, api] = [doors(shop, port, [a], ['shop.test']), doors(shop, port, [b], ['shop.test'], '/api')];
    await proxy.apply([
      live(1, { servers: [...whole.servers, ...api.servers], endpoints: { ...whole.endpoints, ...api.endpoints } }),
      live(2, doors(blog, port, [c], ['shop.test'], '/api/blog'), blog),
    ]);
    const who = async (path: string): Promise<string> => JSON.parse((await get(port, { host: 'shop.test' }, false, path)).text).name;
    expect(await Promise.all(['/', '/apiary', '/API', '/x/api'].map(who))).toEqual(['a', 'a', 'a', 'a']);
    expect(await Promise.all(['/api', '/api/', '/api/x?y', '/api/blogs', '/x/../api/'].map(who))).toEqual(['b', 'b', 'b', 'b', 'b']);
    expect(await Promise.all(['/api/blog', '/api/blog/1'].map(who))).toEqual(['c', 'c']);
  });

  it('passes the path on as it came, and answers 404 to paths that no door has', async () => {
    const port = await freePort();
    const seen: string[] = [];
    const server = createServer((incoming, response) => {
      seen.push(incoming.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    const behind = { container: 'a', address: '127.0.0.1', host: 'main', port: (server.address() as AddressInfo).port } as never;
    await proxy.apply([live(1, doors(shop, port, [behind], ['shop.test'], '/api'))]);
    const ask = (path: string) => get(port, { host: 'shop.test' }, false, path);
    expect([(await ask('/api/a%20b?c=d')).status, seen]).toEqual([200, ['/api/a%20b?c=d']]);
    expect(await ask('/')).toEqual({ status: 404, text: `no stack has a door for this path of shop.test on port ${port}` });
  });

  it('closes the doors of a stack that is not named any more', async () => {
    const [a, port, other] = [await container('a'), await freePort(), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a])), live(2, doors(blog, other, [a]), blog)]);
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    expect(await nameAt(port)).toBe('a');
    await expect(get(other)).rejects.toThrow('ECONNREFUSED');
  });

  it('goes on when nothing was told yet', async () => {
    const [a, port] = [await container('a'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    expect(await newProxy().apply([])).toEqual([]);
    expect(await nameAt(port)).toBe('a');
  });
});

describe('a switch', () => {
  it('loses no request of keep-alive clients', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    closers.push(() => agent.destroy());
    const statuses: number[] = [];
    let isOver = false;
    const client = async (): Promise<void> => {
      while (!isOver) statuses.push((await get(port, {}, agent)).status);
    };
    const clients = Array.from({ length: 8 }, client);
    for (let position = 2; position < 22; position++) {
      const before = statuses.length;
      await proxy.apply([live(position, doors(shop, port, [position % 2 ? a : b]))]);
      await until(() => statuses.length > before + 5);
    }
    isOver = true;
    await Promise.all(clients);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await nameAt(port)).toBe('a');
  });

  it('is one write and no reload', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const [before, pids] = [proxy.mutations, processes()];
    await proxy.apply([live(2, doors(shop, port, [b]))]);
    expect(proxy.mutations - before).toBe(1);
    expect(processes()).toEqual(pids);
  });

  it('lets an upload end where it began, and names its container as busy until then', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const slow = upload(port);
    await until(async () => (await new Control(join(home, 'run/nginx.sock')).flights()).length === 1);
    expect(await proxy.busy()).toEqual({});
    await proxy.apply([live(2, doors(shop, port, [b]))]);
    expect(await proxy.busy()).toEqual({ shop: ['a'] });
    expect(await nameAt(port)).toBe('b');
    slow.finish();
    expect(JSON.parse(await slow.answered)).toMatchObject({ name: 'a', bytes: 2_000_000 });
    await until(async () => Object.keys(await proxy.busy()).length === 0);
  });

  it('counts an upload no more when its client breaks off', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const slow = upload(port);
    await until(async () => (await new Control(join(home, 'run/nginx.sock')).flights()).length === 1);
    await proxy.apply([live(2, doors(shop, port, [b]))]);
    expect(await proxy.busy()).toEqual({ shop: ['a'] });
    slow.abort();
    await until(async () => Object.keys(await proxy.busy()).length === 0);
  });

  it('leaves a websocket with its container', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const socket = await openWebsocket(port);
    await proxy.apply([live(2, doors(shop, port, [b]))]);
    socket.write('are you there?');
    expect(String((await once(socket, 'data'))[0])).toBe('a: are you there?');
    expect(await proxy.busy()).toEqual({ shop: ['a'] });
    socket.destroy();
    await until(async () => Object.keys(await proxy.busy()).length === 0);
  });

  it('never goes back to a lower generation', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(5, doors(shop, port, [a]))]);
    const [level] = await proxy.apply([live(4, doors(shop, port, [b]))]);
    expect(level?.doors?.generation.position).toBe(5);
    expect(await nameAt(port)).toBe('a');
    const old = 'generation 1.4\nsince 1\n';
    expect(await new Control(join(home, 'run/nginx.sock')).put(shop, old)).toBe(false);
  });
});

describe('a draft', () => {
  it('is prepared once and opens nothing', async () => {
    const [a, port] = [await container('a'), await freePort()];
    const parts = [draft(doors(shop, port, [a]))];
    expect(await proxy.apply(parts)).toEqual([{ stack: shop, drafts: [{ draft: draftId, refused: null }], doors: null }]);
    await a.close();
    expect(await newProxy().apply(parts)).toMatchObject([{ drafts: [{ refused: null }] }]);
    await expect(get(port)).rejects.toThrow('ECONNREFUSED');
    expect(proxy.mutations).toBe(1);
  });

  it('is refused when another process holds the port', async () => {
    const [a, other] = [await container('a'), await container('other')];
    const [level] = await proxy.apply([draft(doors(shop, other.port, [a]))]);
    expect(level?.drafts).toEqual([{ draft: draftId, refused: `port ${other.port} is held by another process` }]);
  });

  it('waits for a container that does not answer, and is refused where that lasts', async () => {
    const [a, port] = [await container('a'), await freePort()];
    await a.close();
    const parts = [draft(doors(shop, port, [a]))];
    expect((await proxy.apply(parts))[0]?.drafts).toEqual([]);
    clock.ahead += 10_000;
    const [level] = await proxy.apply(parts);
    expect(level?.drafts[0]?.refused).toBe(`container a does not accept connections at 127.0.0.1:${a.port}: connection refused`);
  });

  it('is prepared as soon as a container answers that was late', async () => {
    const [a, port] = [await container('a'), await freePort()];
    await a.close();
    const parts = [draft(doors(shop, port, [a]))];
    expect((await proxy.apply(parts))[0]?.drafts).toEqual([]);
    const late = createServer().listen(a.port, '127.0.0.1');
    await once(late, 'listening');
    expect((await proxy.apply(parts))[0]?.drafts).toEqual([{ draft: draftId, refused: null }]);
    late.close();
  });

  it('is refused when another stack serves the door', async () => {
    const [a, port] = [await container('a'), await freePort()];
    const levels = await proxy.apply([live(1, doors(blog, port, [a]), blog), draft(doors(shop, port, [a]))]);
    expect(levels[1]?.drafts[0]?.refused).toBe(`port ${port} for every name is a door of stack blog`);
    expect(await nameAt(port)).toBe('a');
  });

  it('is refused when another stack serves the same path of the name, and taken beside another path', async () => {
    const [a, port] = [await container('a'), await freePort()];
    const theirs = live(1, doors(blog, port, [a], ['a.test'], '/blog'), blog);
    const levels = await proxy.apply([theirs, draft(doors(shop, port, [a], ['a.test'], '/blog'))]);
    expect(levels[1]?.drafts[0]?.refused).toBe(`port ${port} for the name a.test under /blog is a door of stack blog`);
    const other = {
      ...draft(doors(shop, port, [a], ['a.test'])),
      drafts: [{ draft: draftId.replace(/1$/, '2') as EventId, ...doors(shop, port, [a], ['a.test']) }],
    };
    expect((await proxy.apply([theirs, other]))[1]?.drafts[0]?.refused).toBeNull();
  });

  it('becomes what serves with its promotion', async () => {
    const [a, port] = [await container('a'), await freePort()];
    await proxy.apply([draft(doors(shop, port, [a]))]);
    await proxy.apply([live(2, doors(shop, port, [a]))]);
    expect(await nameAt(port)).toBe('a');
  });
});

describe('applied again', () => {
  it('changes nothing', async () => {
    const [a, port] = [await container('a'), await freePort()];
    const parts = [live(1, doors(shop, port, [a])), draft(doors(blog, await freePort(), [a]), blog)];
    const first = await proxy.apply(parts);
    const before = proxy.mutations;
    expect(await proxy.apply(parts)).toEqual(first);
    expect(proxy.mutations).toBe(before);
  });

  it('by the agent after this one changes nothing either', async () => {
    const [a, port] = [await container('a'), await freePort()];
    const parts = [live(1, doors(shop, port, [a]))];
    const first = await proxy.apply(parts);
    const next = newProxy();
    await next.ensureRunning();
    expect(await next.apply(parts)).toEqual(first);
    expect(next.mutations).toBe(0);
  });
});

describe('a crash', () => {
  it('of all of Nginx ends with the last generation, without anyone who says it', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const levels = await proxy.apply([live(2, doors(shop, port, [b]))]);
    killNginx();
    await until(() => processes().length === 0);
    const next = newProxy();
    await next.ensureRunning();
    expect(await nameAt(port)).toBe('b');
    expect(await next.apply([live(2, doors(shop, port, [b]))])).toEqual(levels);
  });

  it('of the master alone lets its workers finish what they began', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const slow = upload(port);
    await until(async () => (await new Control(join(home, 'run/nginx.sock')).flights()).length === 1);
    const master = processes().find(({ role }) => role === 'master')?.pid ?? 0;
    process.kill(master, 'SIGKILL');
    await until(() => processes().every(({ role }) => role !== 'master'));
    await proxy.ensureRunning();
    await proxy.apply([live(2, doors(shop, port, [b]))]);
    expect([await nameAt(port), await proxy.busy()]).toEqual(['b', { shop: ['a'] }]);
    slow.finish();
    expect(JSON.parse(await slow.answered).name).toBe('a');
    await until(async () => Object.keys(await proxy.busy()).length === 0);
  });

  it('of a worker takes its count along', async () => {
    const [a, b, port] = [await container('a'), await container('b'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [a]))]);
    const slow = upload(port);
    await until(async () => (await new Control(join(home, 'run/nginx.sock')).flights()).length === 1);
    await proxy.apply([live(2, doors(shop, port, [b]))]);
    for (const { pid, role } of processes()) if (role === 'worker') process.kill(pid, 'SIGKILL');
    await expect(slow.answered).rejects.toThrow();
    await until(async () => Object.keys(await proxy.busy().catch(() => ({ none: [] }))).length === 0);
    expect(await nameAt(port)).toBe('b');
  });
});

describe('trouble', () => {
  it('with one port leaves the other stacks their changes', async () => {
    const [a, taken, port] = [await container('a'), await container('other'), await freePort()];
    const levels = await proxy.apply([live(1, doors(blog, taken.port, [a]), blog), live(2, doors(shop, port, [a]))]);
    expect(levels.map((level) => level.doors?.generation.position)).toEqual([undefined, 2]);
    expect(await nameAt(port)).toBe('a');
    expect(problems).toEqual([`serve doors of blog: port ${taken.port} is held by another process`]);
  });

  it('with a missing module names the package', async () => {
    const lacking = new NginxProxy({ home: join(home, 'other'), clock, report: () => undefined, nginxModules: '/nowhere' });
    await expect(lacking.ensureRunning()).rejects.toThrow('install the package libnginx-mod-http-ndk');
  });
});

describe('workers', () => {
  const usersOf = (role: string) =>
    processes().flatMap((one) =>
      one.role === role ? [Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${one.pid}/status`, 'utf8'))?.[1])] : [],
    );
  /** A worker is one by its title once it has given up its rights. */
  const areUp = () => usersOf('master').length === 1 && usersOf('worker').length === availableParallelism();
  const mayEnter = (uid: number): boolean => {
    const socket = join(home, 'run', 'nginx.sock');
    const script = "require('net').connect(process.argv[1]).on('connect', () => process.exit(0)).on('error', () => process.exit(13))";
    return (
      spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', process.execPath, '-e', script, socket]).status === 0
    );
  };

  it('may do nothing else: neither they nor others reach the control socket', async () => {
    await until(areUp);
    expect(new Set(usersOf('worker'))).not.toContain(0);
    expect(usersOf('master')).toEqual([0]);
    const { uid, mode } = statSync(join(home, 'run', 'nginx.sock'));
    expect([uid, mode & 0o777]).toEqual([0, 0o600]);
    const [worker = 0] = usersOf('worker');
    expect([mayEnter(0), mayEnter(worker)]).toEqual([true, false]);
    chmodSync(join(home, 'run'), 0o755);
    expect(mayEnter(worker)).toBe(false);
    expect(problems).toEqual([]);
  });

  it('keep what is too large for memory, and serve after a reload', async () => {
    const [one, port] = [await container('one'), await freePort()];
    await proxy.apply([live(1, doors(shop, port, [one]))]);
    const { finish, answered } = upload(port);
    finish();
    expect(JSON.parse(await answered)).toMatchObject({ name: 'one', bytes: 2_000_000 });
    await until(areUp);
    expect(new Set(usersOf('worker'))).not.toContain(0);
    const log = readFileSync(join(home, 'nginx', 'error.log'), 'utf8');
    expect(log).toContain('is buffered to a temporary file');
    expect(log).not.toMatch(/permission denied/i);
  });

  it('run as root, and this is told, where no other user can go', async () => {
    killNginx();
    await until(() => processes().length === 0);
    chmodSync(home, 0o700);
    proxy = newProxy();
    await proxy.ensureRunning();
    await proxy.ensureRunning();
    await until(areUp);
    expect(new Set(usersOf('worker'))).toEqual(new Set([0]));
    expect(problems).toEqual([expect.stringContaining(`can't pass ${home}`)]);
  });

  it('change their user with the agent after this one, and break no connection', async () => {
    const [one, port] = [await container('one'), await freePort()];
    chmodSync(home, 0o700);
    killNginx();
    await until(() => processes().length === 0);
    const before = newProxy();
    await before.ensureRunning();
    await before.apply([live(1, doors(shop, port, [one]))]);
    const { finish, answered } = upload(port);
    chmodSync(home, 0o711);
    proxy = newProxy();
    await proxy.ensureRunning();
    await proxy.apply([live(1, doors(shop, port, [one]))]);
    expect(new Set(usersOf('worker'))).not.toContain(0);
    finish();
    expect(JSON.parse(await answered)).toMatchObject({ bytes: 2_000_000 });
    expect(await nameAt(port)).toBe('one');
  });
});
