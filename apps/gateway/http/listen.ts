import { chmod, lstat, rm } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Rejected } from '#libs/contracts';
import type { Listen } from '../settings.ts';

/** Opens the door and says where it is. */
export const open = async (app: NestFastifyApplication, listen: Listen): Promise<string> => {
  if ('socket' in listen) return openSocket(app, listen.socket);
  const { address, port } = listen;
  await app.listen({ host: address, port });
  const bound: unknown = app.getHttpServer().address();
  const actual = typeof bound === 'object' && bound !== null && 'port' in bound ? bound.port : port;
  return `http://${address.includes(':') ? `[${address}]` : address}:${actual}`;
};

/** For its owner alone. A socket that a killed process left behind is taken over. */
const openSocket = async (app: NestFastifyApplication, path: string): Promise<string> => {
  const left = await lstat(path).catch(() => null);
  if (left && !left.isSocket())
    throw new Rejected(`listen on ${path}: something that is no socket is there; remove it or choose another path`);
  if (left) await rm(path);
  await app.listen({ path });
  await chmod(path, 0o600);
  return `unix:${path}`;
};
