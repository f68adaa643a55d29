import { FastifyAdapter } from '@nestjs/platform-fastify';
import { pathOf } from './exchange.ts';
import { admit } from './front-door.ts';
import { HttpProblem } from './problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** An adapter that looks at who knocks before it reads a body or finds a route. */
export const frontDoor = (token: string): FastifyAdapter => {
  const adapter = new FastifyAdapter({ bodyLimit: MAX_BODY_BYTES, frameworkErrors: answerUnreadable });
  // What is left is JSON; every other body is refused with 415.
  adapter.getInstance().removeContentTypeParser('text/plain');
  adapter.getInstance().addHook('onRequest', async (request) => {
    const { host, authorization } = request.headers;
    admit({ path: pathOf(request), host, authorization }, token);
  });
  return adapter;
};

interface Answer {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(text: string): unknown;
}

/** What can't be an address is refused before any hook, route or filter. */
const answerUnreadable = (_error: unknown, _request: unknown, reply: { hijack(): unknown; readonly raw: Answer }): void => {
  const { problem } = new HttpProblem(400, 'bad-request', 'the address can not be read');
  reply.hijack();
  reply.raw.writeHead(problem.status, { 'content-type': 'application/problem+json' });
  reply.raw.end(JSON.stringify(problem));
};
