import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { type Clock, SystemClock } from '#libs/clock';
import { type Account, run, SERVER_ENV, unprivilegedAccount } from './account.ts';
import { preparePrograms } from './binaries.ts';
import { awaitNoServer, claim } from './living.ts';
import { clearPlace, makePrivate, type Place, preparePlace } from './place.ts';

export interface EmbeddedPostgresOptions {
  /** Holds data, sockets and, where the package can't be used in place, the programs. */
  readonly dir: string;
  /** Told when the server ends without having been stopped, or panics. */
  readonly report?: (problem: string, cause: unknown) => void;
  /** `postgresql.conf` settings, on top of the defaults of PostgreSQL. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another PostgreSQL than the embedded one: the folder of its programs. */
  readonly programs?: string;
  /** Who runs it when we are root: the first of these that the machine has; `postgres`, `nobody` unless told. */
  readonly users?: readonly string[];
  readonly clock?: Clock;
}

export interface EmbeddedPostgres {
  /** For `new pg.Pool(config)`: a unix socket that only the server's account and root can reach. */
  readonly config: { readonly host: string; readonly user: string; readonly database: string };
  readonly url: string;
  readonly pid: number;
  /** Waits a moment for connections to end, cuts off the others, writes everything and ends the server. */
  stop(): Promise<void>;
}

const USER = 'berth';
const DATABASE = 'berth';
/** Of the server's own words, for the error when it ends. */
const KEPT_LINES = 20;
/** For connections to end before they are cut off. */
const GRACE_MS = 1000;

/** Starts PostgreSQL on the data in `dir`, which it makes the first time. The server dies with this process. */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const home = resolve(options.dir);
  const account = unprivilegedAccount(options.users);
  const place = preparePlace(account, home);
  const programs = options.programs ?? preparePrograms(place);
  const clock = options.clock ?? new SystemClock();
  await awaitNoServer(place, clock);
  if (!existsSync(join(home, 'data'))) initialize(account, place, programs);
  claim(home);
  const { pid, stop } = await launch(place, programs, { ...options, clock });
  await createDatabase(place.sockets);
  return {
    config: { host: place.sockets, user: USER, database: DATABASE },
    url: `postgresql://${USER}@/${DATABASE}?host=${encodeURIComponent(place.sockets)}`,
    pid,
    stop: async () => {
      await stop();
      clearPlace(place);
    },
  };
};

/** Under another name until it is whole: a half-made directory is made again. */
const initialize = (account: Account, { home, seen, prefix }: Place, programs: string): void => {
  const half = join(home, 'data.half');
  rmSync(half, { recursive: true, force: true });
  makePrivate(half, account);
  const initdb = join(programs, 'initdb');
  const major = Number(/ (\d+)/.exec(run([...prefix, initdb, '--version']))?.[1]);
  const locale = major >= 17 ? ['--locale-provider=builtin', '--locale=C.UTF-8'] : ['--locale=C.UTF-8'];
  run([...prefix, initdb, '-D', join(seen, 'data.half'), '-U', USER, '-A', 'trust', '-E', 'UTF8', ...locale]);
  renameSync(half, join(home, 'data'));
};

/** Resolves when the server takes connections. */
const launch = (
  { seen, sockets, prefix }: Place,
  programs: string,
  options: EmbeddedPostgresOptions & { readonly clock: Clock },
): Promise<Running> => {
  const settings = { ...options.settings, listen_addresses: '', unix_socket_directories: sockets, unix_socket_permissions: '0700' };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [file = '', ...rest] = [...prefix, join(programs, 'postgres'), '-D', join(seen, 'data'), ...args];
  const server = spawn(file, rest, { cwd: '/', env: SERVER_ENV, stdio: ['ignore', 'ignore', 'pipe'] });
  return watch(server, options.clock, options.report ?? (() => undefined));
};

interface Running {
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const watch = (server: ChildProcess, clock: Clock, report: (problem: string, cause: unknown) => void): Promise<Running> => {
  const ready = Promise.withResolvers<Running>();
  const ended = Promise.withResolvers<void>();
  const lastLines: string[] = [];
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    // Connections that are being closed may end by themselves: one that is cut off then fails in whoever closes it.
    server.kill('SIGTERM');
    const impatience = clock.after(GRACE_MS, () => server.kill('SIGINT'));
    await ended.promise;
    impatience.cancel();
  };
  if (server.stderr)
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (lastLines.push(line) > KEPT_LINES) lastLines.shift();
      if (line.includes('PANIC:')) report('run embedded PostgreSQL', new Error(line));
      if (/ready to accept (read-only )?connections/.test(line)) ready.resolve({ pid: server.pid ?? -1, stop });
    });
  server.on('error', (cause) => ready.reject(new Error(`start embedded PostgreSQL: ${cause.message}`, { cause })));
  server.on('close', (code, signal) => {
    const words = new Error(`embedded PostgreSQL ended with ${signal ?? code}: ${lastLines.join(' | ')}`);
    ended.resolve();
    ready.reject(words);
    if (!isStopping) report('run embedded PostgreSQL', words);
  });
  return ready.promise;
};

const createDatabase = async (host: string): Promise<void> => {
  const client = new pg.Client({ host, user: USER, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
};
