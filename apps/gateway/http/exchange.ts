import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { HttpProblem } from './problem.ts';

/** What we use of Fastify's request and reply. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Reply {
  readonly raw: ServerResponse;
  code(status: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body: unknown): Reply;
  /** From here on the answer is written by hand. */
  hijack(): Reply;
}

export const pathOf = ({ url }: Pick<Request, 'url'>): string => url.split('?', 1)[0] ?? '/';

export const answerWith = (reply: Reply, { problem, headers }: HttpProblem): void => {
  reply
    .code(problem.status)
    .headers({ ...headers, 'content-type': 'application/problem+json' })
    .send(JSON.stringify(problem));
};
