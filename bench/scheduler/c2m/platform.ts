import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SystemClock } from '#libs/clock';
import { migrate, PostgresEventLog } from '#libs/event-log/postgres';
import { startTestBroker } from '#libs/testing';
import { startCluster } from '../../log/append/cluster.ts';
import type { Work } from './work.ts';

const DIST = new URL('../../../dist/apps/', import.meta.url);
const SERVICES = ['scheduler', 'deployer', 'proxy-configurator', 'dns-central'] as const;
/** Of old space, in megabytes, that a process may fill: what Node takes for itself is too little for two million containers. */
const HEAP = 12_000;

export interface Platform {
  readonly pool: pg.Pool;
  readonly log: PostgresEventLog;
  readonly agents: ChildProcess;
  /** By name: the broker's is not known. */
  readonly pids: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** PostgreSQL, RabbitMQ, each service as a process of its own, and one process with the agents of all hosts. */
export const startPlatform = async ({ containers }: Work): Promise<Platform> => {
  if (!existsSync(new URL('scheduler/main.js', DIST))) throw new Error('replay: run npm run build first; services run as they were built');
  const [cluster, broker] = await Promise.all([startCluster(), startTestBroker()]);
  const children: ChildProcess[] = [];
  const pool = await poolOf(cluster);
  const log = new PostgresEventLog({
    pool: pool.pool,
    clock: new SystemClock(),
    report: (problem, cause) => console.error(problem, cause),
  });
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(ended));
    await log.close();
    await pool.pool.end();
    await Promise.all([cluster.stop(), broker.stop()]);
  };
  try {
    await log.start();
    // The one process of all agents speaks in the name of each.
    await broker.ctl('set_user_tags', 'guest', 'administrator', 'impersonator');
    const relay = await forked('relay', [pool.url, broker.url], children);
    const services = SERVICES.map((name) => startService(name, { BERTH_DATABASE_URL: pool.url, BERTH_AMQP_URL: broker.url }, children));
    await Promise.all(services.map(({ runs }) => runs));
    const agents = await forked('agents', [broker.url, `${containers}`], children);
    const named = [{ name: 'relay', child: relay }, { name: 'agents', child: agents }, ...services];
    const pids = new Map([...named.map(({ name, child }) => [name, child.pid ?? -1] as const), ['database', cluster.pid]]);
    return { pool: pool.pool, log, agents, pids, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
};

/** The most memory that a process had at once, in bytes. */
export const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

const poolOf = async (cluster: Awaited<ReturnType<typeof startCluster>>) => {
  const { config, url } = await cluster.createDatabase('c2m');
  await migrate(config);
  return { pool: new pg.Pool({ ...config, max: 4 }), url };
};

const forked = async (name: string, args: readonly string[], children: ChildProcess[]): Promise<ChildProcess> => {
  const execArgv = ['--conditions=berth-source', `--max-old-space-size=${HEAP}`];
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), args, { execArgv });
  children.push(child);
  await Promise.race([once(child, 'message'), failed(child, name)]);
  return child;
};

const startService = (name: string, env: Readonly<Record<string, string>>, children: ChildProcess[]) => {
  const main = fileURLToPath(new URL(`${name}/main.js`, DIST));
  // It dies with this process, however that dies.
  const child = spawn('setpriv', ['--pdeathsig=KILL', process.execPath, `--max-old-space-size=${HEAP}`, main], {
    env: { ...env, BERTH_DNS_LISTEN: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const runs = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.endsWith('runs')) runs.resolve();
    else if (/ERROR|WARN/.test(line)) console.error(`${name}: ${line}`);
  });
  return { name, child, runs: Promise.race([runs.promise, failed(child, name)]) };
};

const failed = async (child: ChildProcess, name: string): Promise<never> => {
  const [code] = await once(child, 'exit');
  throw new Error(`start ${name}: it ended with ${code}`);
};

/** Who holds a world of millions takes its time to put it away: nothing of it is wanted. */
const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};
