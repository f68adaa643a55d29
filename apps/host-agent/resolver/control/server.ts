import { chmod, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Rejected } from '#libs/contracts';
import type { ControlAnswer, ControlRequest } from './routes.ts';

/** Plain HTTP on a unix socket that only its owner can open. `Rejected` when a living process holds it already. */
export const serveControl = async (path: string, answer: (request: ControlRequest) => ControlAnswer): Promise<Server> => {
  if (await isAlive(path)) throw new Rejected(`serve control on ${path}: a resolver runs already`);
  await unlink(path).catch(() => undefined);
  const server = createServer((request, response) => {
    readRequest(request)
      .then(answer)
      .then(
        ({ status, body }) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(body === null ? '' : JSON.stringify(body)),
        () => response.destroy(),
      );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  await chmod(path, 0o600);
  return server;
};

const readRequest = async (request: IncomingMessage): Promise<ControlRequest> => ({
  method: request.method ?? '',
  path: request.url ?? '',
  body: await text(request),
});

const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
