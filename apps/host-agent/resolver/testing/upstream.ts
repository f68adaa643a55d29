import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { Packet } from 'dns2';
import { Frames, framed } from '#libs/domain/naming';
import type { At } from './ask.ts';

/** A name server on loopback that answers `outside` with these addresses; by UDP it sends none of more than 30. */
export const startUpstream = async (
  outside: Readonly<Record<string, readonly string[]>>,
): Promise<At & { readonly asked: readonly string[]; close(): void }> => {
  const asked: string[] = [];
  const answer = (bytes: Uint8Array, by: 'udp' | 'tcp'): Uint8Array => {
    const request = Packet.parse(Buffer.from(bytes));
    const name = request.questions[0]?.name ?? '';
    asked.push(`${by} ${name}`);
    const addresses = outside[name] ?? [];
    const response = Packet.createResponseFromRequest(request);
    const isCut = by === 'udp' && addresses.length > 30;
    Object.assign(response.header, { ra: 1, tc: isCut ? 1 : 0, rcode: addresses.length > 0 ? 0 : 3 });
    if (!isCut) {
      response.answers = addresses.map((address) => new Packet.Resource({ name, type: Packet.TYPE.A, class: 1, ttl: 30, address }));
    }
    return response.toBuffer();
  };
  const tcp = createServer((socket) => {
    const frames = new Frames();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Uint8Array) => {
      for (const bytes of frames.push(chunk)) socket.write(framed(answer(bytes, 'tcp')));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const bound = tcp.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  const udp = createSocket('udp4');
  udp.on('message', (bytes, { address, port: to }) => udp.send(answer(bytes, 'udp'), to, address));
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  return {
    address: '127.0.0.1',
    port,
    asked,
    close: () => {
      udp.close();
      tcp.close();
    },
  };
};
