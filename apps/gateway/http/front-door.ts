import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpProblem } from './problem.ts';

export interface Knock {
  readonly path: string;
  readonly host: string | undefined;
  readonly authorization: string | undefined;
}

/** Who may enter with the token. */
export const OPERATOR = 'token:operator';

const OPEN = new Set(['/healthz', '/readyz']);

/** Throws an `HttpProblem` unless the request is addressed to this machine and, where a token is needed, carries it. */
export const admit = ({ path, host, authorization }: Knock, token: string): void => {
  if (!isLoopbackHost(host)) throw misdirected();
  if (!OPEN.has(path) && !carries(authorization, token)) throw unauthorised();
};

/** A page of another site can make a browser ask us under its own name (DNS rebinding), but not under a loopback name. */
export const isLoopbackHost = (host: string | undefined): boolean => {
  const name = (host ?? '').toLowerCase().replace(/:\d{1,5}$/, '');
  return name === 'localhost' || name === '[::1]' || isLoopbackAddress(name);
};

export const isLoopbackAddress = (address: string): boolean => address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);

/** Digests are compared, so that neither the time nor the length of the comparison tells anything of the token. */
export const carries = (authorization: string | undefined, token: string): boolean => {
  const given = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token)) && token !== '';
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const misdirected = (): HttpProblem =>
  new HttpProblem(421, 'misdirected', 'this address is served under loopback names only: use 127.0.0.1, [::1] or localhost');

const unauthorised = (): HttpProblem =>
  new HttpProblem(401, 'token-needed', 'send the operator token as "Authorization: Bearer <token>"', {
    headers: { 'www-authenticate': 'Bearer realm="berth"' },
  });
