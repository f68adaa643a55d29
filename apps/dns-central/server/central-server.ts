import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { Frames, framed, type Tables, Turns } from '#libs/domain/naming';
import { type CentralQuestion, respond } from './respond.ts';

const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 128;

export interface ListenAt {
  readonly address: string;
  readonly port: number;
}

/** Answers operators and tools by UDP and TCP. Hosts do not ask here: they hold their own tables. */
export const listenCentral = async (tables: () => Tables, at: ListenAt): Promise<ListenAt & { close(): Promise<void> }> => {
  const turns = new Turns();
  const reply = (question: CentralQuestion): Uint8Array | null => respond(tables(), turns, question);
  const tcp = await listenByTcp(reply, at);
  const bound = { address: at.address, port: portOf(tcp) };
  try {
    const udp = await listenByUdp(reply, bound);
    return { ...bound, close: () => closeBoth(udp, tcp) };
  } catch (cause) {
    tcp.close();
    throw cause;
  }
};

type Respond = (question: CentralQuestion) => Uint8Array | null;

const listenByUdp = async (reply: Respond, { address, port }: ListenAt): Promise<UdpSocket> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(new Error(`listen on ${address}:${port} by UDP`, { cause })));
    socket.bind(port, address, resolve);
  });
  socket.removeAllListeners('error').on('error', () => undefined);
  socket.on('message', (bytes, { address: from, port: to }) => {
    const answer = reply({ bytes, from, by: 'udp' });
    if (answer !== null) socket.send(answer, to, from, () => undefined);
  });
  return socket;
};

const listenByTcp = async (reply: Respond, { address, port }: ListenAt): Promise<Server> => {
  const server = createServer((socket) => {
    const frames = new Frames();
    const from = socket.remoteAddress ?? '';
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('drain', () => socket.resume());
    socket.on('data', (chunk: Uint8Array) => {
      for (const bytes of frames.push(chunk)) {
        const answer = reply({ bytes, from, by: 'tcp' });
        // Who does not read is not read either.
        if (answer !== null && !socket.write(framed(answer))) socket.pause();
      }
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`listen on ${address}:${port} by TCP`, { cause })));
    server.listen(port, address, resolve);
  });
  return server;
};

const portOf = (server: Server): number => {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('listen by TCP: there is no port');
  return bound.port;
};

const closeBoth = async (udp: UdpSocket, tcp: Server): Promise<void> => {
  await new Promise<void>((resolve) => udp.close(resolve));
  tcp.close();
};
