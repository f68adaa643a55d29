import { Rejected, Transient } from '#libs/contracts';
import { Archived } from '#libs/event-log/archive';
import { Halted } from '#libs/event-log/views';
import { allowedMethods } from './methods.ts';
import { HttpProblem } from './problem.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
}

/** The one answer for every error. Null: it is our own bug, and the client learns nothing about it. */
export const problemOf = (error: unknown, asked: Asked): HttpProblem | null => {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Archived) return new HttpProblem(503, 'archived', error.message);
  if (error instanceof Halted) return new HttpProblem(503, 'halted', error.message);
  if (error instanceof Transient) return notNow();
  if (error instanceof Rejected) return new HttpProblem(422, 'refused', error.message);
  return byStatus(statusOf(error), asked);
};

export const ourBug = (): HttpProblem => new HttpProblem(500, 'internal', 'Berth could not do this; its log says why');

const notNow = (): HttpProblem =>
  new HttpProblem(503, 'not-now', 'the log can not be reached now; send the same request again', { headers: { 'retry-after': '1' } });

/** Refusals of the framework, before a handler runs. Its own words can quote the body, so these are ours. */
const byStatus = (status: number, { method, path }: Asked): HttpProblem | null => {
  switch (status) {
    case 400:
      return new HttpProblem(400, 'bad-request', 'the request can not be read: check its address, its headers and that its body is JSON');
    case 404:
      return notFoundOrNotAllowed(method, path);
    case 413:
      return new HttpProblem(413, 'body-too-large', 'send a body of at most 1 MiB');
    case 415:
      return new HttpProblem(415, 'media-type', 'send the body as application/json');
    default:
      return status > 400 && status < 500 ? new HttpProblem(status, 'refused', 'the request can not be served as it was sent') : null;
  }
};

const notFoundOrNotAllowed = (method: string, path: string): HttpProblem => {
  const allowed = allowedMethods(path);
  if (allowed === null || allowed.includes(method)) return new HttpProblem(404, 'not-found', `nothing is at ${path}`);
  return new HttpProblem(405, 'method-not-allowed', `${method} is not served at ${path}`, { headers: { allow: allowed.join(', ') } });
};

const statusOf = (error: unknown): number => {
  const carrier = error as { getStatus?: () => number; statusCode?: unknown; status?: unknown } | null;
  return Number(carrier?.getStatus?.() ?? carrier?.statusCode ?? carrier?.status ?? 500);
};
