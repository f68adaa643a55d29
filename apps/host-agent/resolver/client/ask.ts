import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Rejected, Transient } from '#libs/contracts';
import type { ResolverState } from '../control/routes.ts';

const TIMEOUT_MS = 5000;

/** Null when nobody serves the socket. */
export const askState = async (socketPath: string): Promise<ResolverState | null> => {
  try {
    return JSON.parse(await ask(socketPath, 'GET', '/state')) as ResolverState;
  } catch (cause) {
    if (cause instanceof Transient) return null;
    throw cause;
  }
};

/** `Transient` when nobody answers; `Rejected` with the resolver's words when it refuses. */
export const ask = async (socketPath: string, method: string, path: string, body?: unknown): Promise<string> => {
  const { status, answer } = await exchange(socketPath, method, path, body).catch((cause: unknown) => {
    throw new Transient(`${method} ${path} at the resolver`, { cause });
  });
  if (status >= 300) throw new Rejected(`${method} ${path} at the resolver: ${status} ${answer}`);
  return answer;
};

const exchange = async (
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly answer: string }> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ socketPath, method, path, agent: false, timeout: TIMEOUT_MS }, resolve);
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error(`it said nothing for ${TIMEOUT_MS} ms`)));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return { status: response.statusCode ?? 0, answer: await text(response) };
};
