import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './server.ts';

let dir: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  dir = mkdtempSync('/tmp/berth-embed-');
  chmodSync(dir, 0o755);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(dir, { recursive: true, force: true });
});

const start = async (options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ dir, ...options });
  running.push(server);
  return server;
};

const stop = async (server: EmbeddedPostgres): Promise<void> => {
  running.splice(running.indexOf(server), 1);
  await server.stop();
};

const ask = async (config: pg.ClientConfig, sql: string): Promise<unknown> => {
  const client = new pg.Client(config);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return Object.values(rows[0] ?? {})[0];
};

/** Starts a server that belongs to another process. */
const startElsewhere = async (): Promise<{ owner: ChildProcess; pid: number }> => {
  const program = fileURLToPath(new URL('./test-owner.ts', import.meta.url));
  const owner = spawn(process.execPath, ['--conditions=berth-source', program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = owner.stdout ? await once(owner.stdout, 'data') : [];
  return { owner, pid: Number(line) };
};

const kill = async (owner: ChildProcess): Promise<void> => {
  const gone = once(owner, 'exit');
  owner.kill('SIGKILL');
  await gone;
};

it('keeps what was written over a restart', async () => {
  const first = await start();
  await ask(first.config, 'create table kept as select 42 as answer');
  await stop(first);
  const second = await start();
  expect(await ask(second.config, 'select answer from kept')).toBe(42);
  expect(await ask({ connectionString: second.url }, 'show server_encoding')).toBe('UTF8');
});

it('listens on a socket that only its own user can reach, and on no port', async () => {
  const server = await start();
  expect(await ask(server.config, 'show listen_addresses')).toBe('');
  expect(await ask(server.config, `select (pg_stat_file('${server.config.host}')).isdir`)).toBe(true);
  expect(await ask(server.config, 'show unix_socket_permissions')).toBe('0700');
});

it('refuses a second start while one runs, and does not disturb it', async () => {
  const server = await start();
  await expect(startEmbeddedPostgres({ dir })).rejects.toThrow(`it runs already, as process ${server.pid}, for process ${process.pid}`);
  expect(await ask(server.config, 'select 1')).toBe(1);
});

it('starts again after everything was killed, with what was committed', async () => {
  const { owner, pid } = await startElsewhere();
  await ask({ host: join(dir, 'run'), user: 'berth', database: 'berth' }, 'create table kept as select 42 as answer');
  process.kill(pid, 'SIGKILL');
  await kill(owner);
  expect(existsSync(join(dir, 'data', 'postmaster.pid'))).toBe(true);
  const server = await start();
  expect(await ask(server.config, 'select answer from kept')).toBe(42);
});

it('takes over after its owner was killed: the server ends with its owner', async () => {
  const { owner, pid } = await startElsewhere();
  await kill(owner);
  const server = await start();
  expect(server.pid).not.toBe(pid);
  expect(await ask(server.config, 'select 1')).toBe(1);
  expect(() => readlinkSync(`/proc/${pid}/cwd`)).toThrow();
});

it('starts over a lock whose process id is another program now', async () => {
  await stop(await start());
  writeFileSync(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dir, 'data')}\n1\n5432\n`);
  const server = await start();
  expect(await ask(server.config, 'select 1')).toBe(1);
});

it('makes data again that were only half made', async () => {
  mkdirSync(join(dir, 'data.half'));
  writeFileSync(join(dir, 'data.half', 'PG_VERSION'), '18');
  const server = await start();
  expect(await ask(server.config, 'select 1')).toBe(1);
});

it('serves data below a folder that is closed to its user, without opening the folder', async () => {
  const closed = join(dir, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const server = await start({ dir: join(closed, 'postgres') });
  await ask(server.config, 'create table kept as select 42 as answer');
  await stop(server);
  expect(existsSync(join(closed, 'postgres/data/PG_VERSION'))).toBe(true);
  const again = await start({ dir: join(closed, 'postgres') });
  expect(await ask(again.config, 'select answer from kept')).toBe(42);
});

it('finds a short path for sockets where its folder is long, and clears it away', async () => {
  const server = await start({ dir: join(dir, 'long'.repeat(30)) });
  expect(await ask(server.config, 'select 1')).toBe(1);
  expect(server.config.host.length).toBeLessThan(60);
  await stop(server);
  expect(existsSync(server.config.host)).toBe(false);
});

it('runs as nobody where there is no better user', async () => {
  const server = await start({ users: ['no-such-user', 'nobody'] });
  expect(await ask(server.config, 'select 1')).toBe(1);
  const [, uid] = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  expect(Number(uid)).not.toBe(0);
});

it('tells when the server ended by itself, with its last words', async () => {
  const told = Promise.withResolvers<unknown>();
  const server = await start({ report: (_problem, cause) => told.resolve(cause) });
  running.length = 0;
  process.kill(server.pid, 'SIGKILL');
  expect(await told.promise).toMatchObject({ message: expect.stringMatching(/ended with SIGKILL: .*ready to accept connections/) });
});

it('says in the words of the server why it did not start', async () => {
  await expect(startEmbeddedPostgres({ dir, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(/shared_buffers/);
});
