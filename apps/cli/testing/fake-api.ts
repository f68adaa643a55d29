import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instantOfText } from '#libs/contracts';
import type { Raised, WireEvent } from '../api/wire-event.ts';
import { DEPLOYMENT } from './wire.ts';

export const TOKEN = 'a-token';

export interface FakeApiOptions {
  readonly events?: readonly WireEvent[];
  /** Ends the first stream after so many events. */
  readonly breakAfter?: number;
  /** Told by the second stream, before the events after its position; a third one is refused. */
  readonly raised?: Raised;
  /** Instead of accepting a deployment. */
  readonly refusal?: { readonly status: number; readonly problem: object };
  readonly attachment?: string;
  readonly containers?: readonly object[];
  readonly scaled?: readonly object[];
  /** What a wish to scale is answered with. */
  readonly scaling?: object;
  readonly plan?: object;
  readonly rebalance?: object;
  readonly hosts?: readonly object[];
  /** What no longer fits after a change of tags. */
  readonly unfit?: readonly object[];
}

export interface FakeApi {
  readonly url: string;
  /** What was asked: `POST /v1/deployments`. */
  readonly asked: readonly string[];
  /** `Last-Event-ID` of each stream. */
  readonly lastIds: readonly (string | null)[];
  /** Changes of hosts that were asked for, by host. */
  readonly changes: readonly { readonly host: string; readonly change: unknown }[];
  /** Bodies of the deployments asked for. */
  readonly wishes: readonly { readonly key: string; readonly body: unknown }[];
  close(): Promise<void>;
}

/** A real HTTP server that speaks the gateway's contract and knows one deployment of a stack `shop`. */
export const startFakeApi = async (options: FakeApiOptions = {}): Promise<FakeApi> => {
  const asked: string[] = [];
  const lastIds: (string | null)[] = [];
  const changes: { host: string; change: unknown }[] = [];
  const wishes: { key: string; body: unknown }[] = [];
  let streams = 0;
  const server = createServer(async (request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${request.method} ${request.url}`);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return problem(answer, 401, { title: 'Token needed', detail: 'send the operator token' });
    if (pathname === '/v1/deployments') {
      wishes.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(await bodyOf(request)) });
      return options.refusal ? problem(answer, options.refusal.status, options.refusal.problem) : json(answer, 202, accepted);
    }
    const [, changed] = /^\/v1\/hosts\/([^/]+)\/changes$/.exec(pathname) ?? [];
    if (changed) {
      changes.push({ host: changed, change: JSON.parse(await bodyOf(request)) });
      return json(answer, 202, { host: changed, position: 0, unfit: options.unfit ?? [] });
    }
    if (pathname === '/v1/hosts') return json(answer, 200, { hosts: options.hosts ?? [], silentSince: null });
    if (pathname === '/v1/containers') return json(answer, 200, { containers: options.containers ?? [] });
    if (pathname === '/v1/rebalance') {
      if (request.method === 'POST') wishes.push({ key: pathname, body: JSON.parse(await bodyOf(request)) });
      return json(answer, 200, options.rebalance ?? {});
    }
    if (pathname === '/v1/scaled') return json(answer, 200, { scaled: options.scaled ?? [] });
    if (pathname.endsWith('/scale') || pathname === '/v1/plans') {
      wishes.push({ key: pathname, body: JSON.parse(await bodyOf(request)) });
      if (options.refusal) return problem(answer, options.refusal.status, options.refusal.problem);
      return json(answer, 200, options.plan ?? options.scaling ?? {});
    }
    if (pathname.startsWith('/v1/attachments/')) return void answer.end(options.attachment);
    const events = (options.events ?? []).filter(({ position }) => position > Number(searchParams.get('after')));
    if (request.headers.accept !== 'text/event-stream') return json(answer, 200, { events, next: null });
    streams++;
    lastIds.push(String(request.headers['last-event-id'] ?? '') || null);
    const { raised } = options;
    if (raised && streams > 2) return problem(answer, 400, { title: 'Enough', detail: 'enough' });
    if (raised && streams === 2) return streamRaised(answer, raised, options.events ?? []);
    stream(answer, events, streams === 1 ? options.breakAfter : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    lastIds,
    changes,
    wishes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const accepted = {
  deployment: DEPLOYMENT,
  stack: 'shop',
  version: null,
  status: 'requested',
  requestedAt: instantOfText('2026-11-21T10:00:01.000Z'),
  endedAt: null,
  failure: null,
  position: 1,
  warnings: [],
};

const bodyOf = async (request: IncomingMessage): Promise<string> => (await request.toArray()).join('');

const json = (answer: ServerResponse, status: number, body: object, type = 'application/json'): void => {
  answer.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
};

const problem = (answer: ServerResponse, status: number, body: object): void =>
  json(answer, status, { type: 'urn:berth:problem:test', status, title: 'No', detail: 'no', ...body }, 'application/problem+json');

const stream = (answer: ServerResponse, events: readonly WireEvent[], breakAfter: number | undefined): void => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  for (const event of events.slice(0, breakAfter)) answer.write(`id: 1.${event.position}\ndata: ${JSON.stringify(event)}\n\n`);
  if (breakAfter !== undefined) answer.end();
};

const streamRaised = (answer: ServerResponse, raised: Raised, events: readonly WireEvent[]): void => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  answer.write(`event: incarnation\nid: ${raised.incarnation}.${raised.position}\ndata: ${JSON.stringify(raised)}\n\n`);
  const later = events.filter(({ position }) => position > raised.position);
  answer.end(later.map((event) => `id: ${raised.incarnation}.${event.position}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
};
