import { FastifyAdapter } from '@nestjs/platform-fastify';
import { pathOf } from './exchange.ts';
import { admit } from './front-door.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** An adapter that looks at who knocks before it reads a body or finds a route. */
export const frontDoor = (token: string): FastifyAdapter => {
  const adapter = new FastifyAdapter({ bodyLimit: MAX_BODY_BYTES });
  adapter.getInstance().addHook('onRequest', async (request) => {
    const { host, authorization } = request.headers;
    admit({ path: pathOf(request), host, authorization }, token);
  });
  return adapter;
};
