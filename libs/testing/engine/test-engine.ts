import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { SystemClock } from '#libs/clock';

export interface TestEngine {
  /** Path of its API's unix socket. */
  readonly socket: string;
  /** Ends it with all its containers and networks, and leaves nothing behind. */
  stop(): Promise<void>;
}

const clock = new SystemClock();
const START_MS = 30_000;

/**
 * A Docker engine of its own (about a second to start; needs root and Debian's `docker.io`). It shares the machine's network
 * namespace: give each of its networks a bridge name and a subnet that no other test uses.
 */
export const startTestEngine = async (dir?: string): Promise<TestEngine> => {
  const home = dir ?? (await mkdtemp('/tmp/be-'));
  const socket = join(home, 's');
  const log = await open(join(home, 'log'), 'w');
  // The engine ends with this process, however that ends.
  const daemon = spawn('setpriv', ['--pdeathsig', 'TERM', 'dockerd', ...argumentsOf(home, socket)], {
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const docker = new Docker({ socketPath: socket });
  try {
    await answering(docker, daemon);
  } catch (cause) {
    await ended(daemon);
    throw new Error(`start test engine: ${(await readFile(join(home, 'log'), 'utf8')).slice(-2000)}`, { cause });
  }
  const stop = async (): Promise<void> => {
    await removeEverything(docker);
    await ended(daemon);
    await unmountBelow(home);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return { socket, stop };
};

const argumentsOf = (home: string, socket: string): string[] => [
  ...['--data-root', join(home, 'data'), '--exec-root', join(home, 'exec'), '--pidfile', join(home, 'pid')],
  ...['--host', `unix://${socket}`, '--bridge=none', '--iptables=false', '--ip-masq=false', '--userland-proxy=false'],
  ...['--shutdown-timeout', '1', '--log-level', 'warn'],
];

const answering = async (docker: Docker, daemon: ChildProcess): Promise<void> => {
  const giveUpAt = clock.monotonic() + START_MS;
  for (;;) {
    try {
      await docker.ping();
      return;
    } catch (cause) {
      if (daemon.exitCode !== null) throw new Error(`start dockerd: it exited with code ${daemon.exitCode}`, { cause });
      if (clock.monotonic() > giveUpAt) throw new Error(`start dockerd: no answer within ${START_MS} ms`, { cause });
      await clock.sleep(50);
    }
  }
};

const removeEverything = async (docker: Docker): Promise<void> => {
  const containers = await docker.listContainers({ all: true });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  const networks = await docker.listNetworks({ filters: { type: ['custom'] } });
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
};

const ended = async (daemon: ChildProcess): Promise<void> => {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exit = once(daemon, 'exit');
  const kill = clock.after(10_000, () => daemon.kill('SIGKILL'));
  daemon.kill('SIGTERM');
  await exit;
  kill.cancel();
};

/** What a stopped engine left mounted, deepest first. */
const unmountBelow = async (home: string): Promise<void> => {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${home}/`)).reverse()) {
    await once(spawn('umount', ['--lazy', mount], { stdio: 'ignore' }), 'exit');
  }
};
