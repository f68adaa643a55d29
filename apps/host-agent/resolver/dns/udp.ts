import { createSocket, type Socket } from 'node:dgram';
import type { Desk } from './desk.ts';

/** Answers by UDP on one address. Rejects when the address is not there. */
export const listenByUdp = async (desk: Desk, { address, port }: { address: string; port: number }): Promise<Socket> => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => {
      socket.close();
      reject(cause);
    });
    socket.bind(port, address, () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
  // An answer that can't be sent is lost like any other; the caller asks again.
  socket.on('error', () => undefined);
  socket.on('message', (bytes, { address: from, port: to }) => {
    const send = (reply: Uint8Array | null): void => {
      if (reply !== null) socket.send(reply, to, from, () => undefined);
    };
    const reply = desk.handle({ bytes, from, by: 'udp' });
    if (reply instanceof Promise) void reply.then((late) => isOpen(socket) && send(late));
    else send(reply);
  });
  return socket;
};

const isOpen = (socket: Socket): boolean => {
  try {
    socket.address();
    return true;
  } catch {
    return false;
  }
};
