import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '#libs/clock';
import { ask, askState } from '../client/ask.ts';
import { endProcess } from '../client/process.ts';
import { pathsOf } from '../paths.ts';
import { ResolverClient, type ResolverClientOptions } from '../resolver-client.ts';
import type { At } from './ask.ts';

export const clock = new SystemClock();

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface Lab {
  readonly home: string;
  readonly at: At;
  readonly socket: string;
  /** How the resolver is run. */
  readonly command: readonly string[];
  /** An agent of its own at every call. */
  client(options?: Partial<ResolverClientOptions>): ResolverClient;
  pid(): Promise<number | null>;
  /** Resolves when the process answers by DNS. */
  listening(): Promise<void>;
  /** Ends the process and returns when it is gone. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** A home and a free port on loopback. The resolver in it is the real process. */
export const openLab = async (): Promise<Lab> => {
  const home = await mkdtemp('/tmp/berth-dns-');
  const at = { address: '127.0.0.1', port: await freePort() };
  const { socket } = pathsOf(home);
  const command = [process.execPath, '--conditions=berth-source', main];
  const state = () => askState(socket);
  const defaults = {
    ...{ home, zone: 'berth.internal', pool: '127.0.0.0/8', release: '1', clock, listen: at, upstreams: [] },
    command,
  };
  const end = async (): Promise<void> => {
    const running = await state();
    if (running) await endProcess(clock, running.pid, async () => (await state()) === null);
  };
  return {
    home,
    at,
    socket,
    command,
    client: (options = {}) => new ResolverClient({ ...defaults, ...options }),
    pid: async () => (await state())?.pid ?? null,
    listening: async () => {
      while (!(await state())?.isListening) await clock.sleep(20);
    },
    end,
    close: async () => {
      await end();
      await rm(home, { recursive: true, force: true });
    },
  };
};

export const put = (lab: Lab, path: string, body: unknown): Promise<string> => ask(lab.socket, 'PUT', path, body);

export const fileOf = (lab: Lab, name: string): string => join(lab.home, 'names', name);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0));
    });
  });
