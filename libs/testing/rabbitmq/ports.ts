import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { type Clock, SystemIds } from '#libs/clock';

/** Below the ports that the kernel gives to outgoing connections, so that nobody is given one of them by chance. */
const LOWEST = 20_000;
const EPHEMERAL = 32_768;

/** Different ports of the loopback on which nobody listens now. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const found = new Set<number>();
  while (found.size < count) {
    const port = LOWEST + (Buffer.from(new SystemIds().bytes(4)).readUInt32BE() % (EPHEMERAL - LOWEST));
    if (await isFree(port)) found.add(port);
  }
  return [...found];
};

/** Resolves when somebody takes connections at the port; rejects when `isWorthWaiting` throws, or after `ms`. */
export const awaitListener = async (port: number, clock: Clock, ms: number, isWorthWaiting: () => void): Promise<void> => {
  const end = clock.monotonic() + ms;
  while (!(await takesConnections(port))) {
    isWorthWaiting();
    if (clock.monotonic() > end) throw new Error(`wait for port ${port}: nobody listens after ${ms} ms`);
    await clock.sleep(50);
  }
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

const takesConnections = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
