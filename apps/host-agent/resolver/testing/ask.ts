import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { Packet } from 'dns2';
import type { Clock } from '#libs/clock';
import { Frames } from '#libs/domain/naming';

export interface At {
  readonly address: string;
  readonly port: number;
}

export const question = (name: string, type: number = Packet.TYPE.A): Uint8Array => {
  const packet = new Packet();
  packet.header = new Packet.Header({ id: Packet.uuid(), rd: 1 });
  packet.questions = [new Packet.Question({ name, type, class: Packet.CLASS.IN })];
  return packet.toBuffer();
};

/** The first message that comes back, or null after `patienceMs`. `from` is the address that asks. */
export const sendByUdp = (
  clock: Clock,
  to: At,
  bytes: Uint8Array,
  { from = '127.0.0.1', patienceMs = 3000 } = {},
): Promise<Uint8Array | null> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const end = (answer: Uint8Array | null): void => {
      timer.cancel();
      socket.close();
      resolve(answer);
    };
    const timer = clock.after(patienceMs, () => end(null));
    socket.on('error', reject);
    socket.on('message', end);
    socket.bind(0, from, () => socket.send(bytes, to.port, to.address));
  });

/** All messages that come back until the server closes, to these raw chunks and our half-close. */
export const sendByTcp = (to: At, chunks: readonly Uint8Array[], from = '127.0.0.1'): Promise<readonly Uint8Array[]> =>
  new Promise((resolve, reject) => {
    const frames = new Frames();
    const answers: Uint8Array[] = [];
    const socket = connect({ host: to.address, port: to.port, localAddress: from, noDelay: true });
    socket.on('error', reject);
    socket.on('data', (chunk: Uint8Array) => answers.push(...frames.push(chunk)));
    socket.on('close', () => resolve(answers));
    for (const chunk of chunks) socket.write(chunk);
    socket.end();
  });

/** Addresses in the order of the answer, or the rcode. */
export const lookup = async (clock: Clock, to: At, name: string, from?: string): Promise<readonly string[] | number> => {
  const bytes = await sendByUdp(clock, to, question(name), from === undefined ? {} : { from });
  if (bytes === null) throw new Error(`look up ${name}: nobody answered`);
  const packet = Packet.parse(Buffer.from(bytes));
  return packet.header.rcode === 0 ? packet.answers.flatMap(({ address }) => address ?? []) : packet.header.rcode;
};
