import { connect, createServer } from 'node:net';
import type { Clock } from '#libs/clock';
import type { Endpoint } from '#libs/contracts';

const REACH_MS = 2000;
const PAUSE_MS = 200;

/** Those of the ports on which something listens already, in order. A port without a listener is bound and let go of at once. */
export const heldPorts = async (ports: readonly number[]): Promise<readonly number[]> => {
  const held: number[] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) if (!(await canListen(port))) held.push(port);
  return held;
};

/** Why the first endpoint that can't be reached can't be, in words; null when all accept a connection. */
export const unreachable = async (endpoints: readonly Endpoint[], clock: Clock): Promise<string | null> => {
  const answers = await Promise.all(endpoints.map((endpoint) => reach(endpoint, clock)));
  return answers.find((answer) => answer !== null) ?? null;
};

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });

const reach = async ({ container, address, port }: Endpoint, clock: Clock): Promise<string | null> => {
  const end = clock.monotonic() + REACH_MS;
  for (;;) {
    const fault = await dial(address, port, Math.max(1, end - clock.monotonic()));
    if (fault === null) return null;
    if (clock.monotonic() + PAUSE_MS >= end) return `container ${container} does not accept connections at ${address}:${port}: ${fault}`;
    await clock.sleep(PAUSE_MS);
  }
};

const dial = (host: string, port: number, timeout: number): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const end = (fault: string | null): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      end(cause.code === 'ECONNREFUSED' ? 'connection refused' : (cause.code ?? 'it failed')),
    );
  });
