import { createServer, type Socket } from 'node:net';
import type { Clock } from '#libs/clock';
import { Frames, framed } from '#libs/domain/naming';
import type { Desk } from './desk.ts';

const IDLE_MS = 10_000;
/** However slowly it drips: nobody holds a connection for longer. */
const TOTAL_MS = 120_000;
const MOST_CONNECTIONS = 512;
const MOST_PER_CALLER = 64;
const MOST_UNSENT = 256 * 1024;
const MOST_UNDER_WAY = 100;

/** Answers by TCP on one address (RFC 7766): many questions per connection, also after the caller has closed its half. */
export const listenByTcp = async (
  desk: Desk,
  clock: Clock,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<{ close(): void }> => {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (isAdmitted(socket, open)) serve(socket, desk, clock);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  server.on('error', () => undefined);
  return {
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};

const isAdmitted = (socket: Socket, open: Set<Socket>): boolean => {
  const held = [...open].filter((other) => other.remoteAddress === socket.remoteAddress).length;
  if (held >= MOST_PER_CALLER) {
    socket.destroy();
    return false;
  }
  open.add(socket);
  socket.once('close', () => open.delete(socket));
  return true;
};

const serve = (socket: Socket, desk: Desk, clock: Clock): void => {
  const frames = new Frames();
  const from = socket.remoteAddress ?? '';
  const limit = clock.after(TOTAL_MS, () => socket.destroy());
  let underWay = 0;
  let isHalfClosed = false;

  const flow = (): void => {
    if (socket.destroyed) return;
    if (underWay >= MOST_UNDER_WAY || socket.writableLength > MOST_UNSENT) socket.pause();
    else socket.resume();
    if (isHalfClosed && underWay === 0) socket.end();
  };
  const ask = async (bytes: Uint8Array): Promise<void> => {
    underWay++;
    const reply = await desk.handle({ bytes, from, by: 'tcp' });
    underWay--;
    if (reply !== null && socket.writable) socket.write(framed(reply));
    flow();
  };

  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => limit.cancel());
  socket.on('drain', flow);
  socket.on('data', (chunk: Uint8Array) => {
    for (const message of frames.push(chunk)) void ask(message);
    flow();
  });
  socket.on('end', () => {
    isHalfClosed = true;
    flow();
  });
};
