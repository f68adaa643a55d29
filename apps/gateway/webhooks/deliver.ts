import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { forbiddenWords, isForbidden, literalOf } from './forbidden.ts';
import { guardedLookup } from './guarded-lookup.ts';
import { type Message, signedHeaders } from './signature.ts';

export interface Delivery {
  readonly url: string;
  readonly message: Message;
  readonly secret: string;
  /** Hosts that are sent to whatever their addresses are. */
  readonly allowed: readonly string[];
  readonly signal: AbortSignal;
}

/** A refused delivery is tried again; `gone`: the receiver wants no more. */
export type Delivered = { readonly status: 'taken' } | { readonly status: 'refused' | 'gone'; readonly words: string };

/** Posts one batch and waits for the answer's status. Redirects are not followed: they would lead elsewhere than was allowed. */
export const deliver = (delivery: Delivery): Promise<Delivered> =>
  new Promise((settle) => {
    const url = new URL(delivery.url);
    const { message, secret, signal } = delivery;
    const fault = faultOf(url, delivery.allowed);
    if (fault !== null) return settle({ status: 'refused', words: fault });
    const headers = {
      ...signedHeaders(message, secret),
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      'content-length': Buffer.byteLength(message.body),
      'user-agent': 'berth',
    };
    const isAllowed = delivery.allowed.includes(url.hostname);
    const options = { method: 'POST', headers, signal, agent: false, ...(isAllowed ? {} : { lookup: guardedLookup() }) } as const;
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (answer) => {
      // Nobody reads what it says beside the status, however much and slowly.
      answer.on('error', () => undefined).destroy();
      settle(judged(answer.statusCode ?? 0));
    });
    request.on('error', (cause: NodeJS.ErrnoException) => settle({ status: 'refused', words: cause.code ?? cause.message }));
    request.end(message.body);
  });

/** Why this address is never sent to; null when it may be. Of a name it is known only when it was resolved. */
export const faultOf = (url: URL, allowed: readonly string[]): string | null => {
  const address = literalOf(url);
  return address === null || allowed.includes(url.hostname) || !isForbidden(address) ? null : forbiddenWords(address);
};

const judged = (status: number): Delivered => {
  if (status >= 200 && status < 300) return { status: 'taken' };
  return { status: status === 410 ? 'gone' : 'refused', words: `it answered ${status}` };
};
