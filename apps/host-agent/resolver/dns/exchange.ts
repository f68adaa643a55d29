import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Clock } from '#libs/clock';
import { Transient } from '#libs/contracts';
import { Frames, framed } from '#libs/domain/naming';
import type { Upstream } from './upstreams.ts';

const WAIT_MS = 1000;

interface Exchange {
  readonly clock: Clock;
  readonly to: Upstream;
  readonly message: Uint8Array;
  /** Whether this is the answer to the message; what is not is dropped. */
  readonly isAnswer: (bytes: Uint8Array) => boolean;
}

/** One question to one server from a socket, and so a port, of its own. `Transient` after a second. */
export const exchangeByUdp = ({ clock, to, message, isAnswer }: Exchange): Promise<Uint8Array> =>
  within(clock, to, (resolve, reject) => {
    const socket = createSocket(isIPv6(to.address) ? 'udp6' : 'udp4');
    socket.on('error', reject);
    socket.on('message', (bytes) => {
      if (isAnswer(bytes)) resolve(bytes);
    });
    // Connected: the kernel drops what comes from elsewhere and tells of a closed port.
    socket.connect(to.port, to.address, () => socket.send(message));
    return () => socket.close();
  });

export const exchangeByTcp = ({ clock, to, message, isAnswer }: Exchange): Promise<Uint8Array> =>
  within(clock, to, (resolve, reject) => {
    const frames = new Frames();
    const socket = connect(to.port, to.address, () => socket.write(framed(message)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
    socket.on('data', (chunk: Uint8Array) => {
      const found = frames.push(chunk).find(isAnswer);
      if (found) resolve(found);
    });
    return () => socket.destroy();
  });

type Begin = (resolve: (bytes: Uint8Array) => void, reject: (cause: unknown) => void) => () => void;

const within = async (clock: Clock, { address, port }: Upstream, begin: Begin): Promise<Uint8Array> => {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const timer = clock.after(WAIT_MS, () => reject(new Error(`it said nothing for ${WAIT_MS} ms`)));
  const end = begin(resolve, reject);
  try {
    return await promise;
  } catch (cause) {
    throw new Transient(`ask name server ${address}#${port}`, { cause });
  } finally {
    timer.cancel();
    end();
  }
};
