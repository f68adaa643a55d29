import { connect, createServer } from 'node:net';
import type { Endpoint } from '#libs/contracts';

/** Who has not answered by then is asked again in the next pass: meanwhile what serves waits. */
const DIAL_MS = 1000;

/** Those of the ports on which something listens already, in order. A port without a listener is bound and let go of at once. */
export const heldPorts = async (ports: readonly number[]): Promise<readonly number[]> => {
  const held: number[] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) if (!(await canListen(port))) held.push(port);
  return held;
};

/** Why the first endpoint that can't be reached can't be, in words; null when all accept a connection. */
export const unreachable = async (endpoints: readonly Endpoint[]): Promise<string | null> => {
  const answers = await Promise.all(endpoints.map(reach));
  return answers.find((answer) => answer !== null) ?? null;
};

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });

const reach = async ({ container, address, port }: Endpoint): Promise<string | null> => {
  const fault = await dial(address, port, DIAL_MS);
  return fault === null ? null : `container ${container} does not accept connections at ${address}:${port}: ${fault}`;
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
