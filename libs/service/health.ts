import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '#libs/clock';
import type { Alive } from './running.ts';

interface ListenAt {
  readonly address: string;
  readonly port: number;
}

/** Who asks wants to know now: a database that does not answer in this time is away. */
const PATIENCE_MS = 2000;

/** `/healthz`: 200 as long as the process lives. `/readyz`: 200 when it does its work, 503 with the reason when not. */
export class Health {
  readonly #clock: Clock;
  readonly #server: Server;
  #app: Alive | null = null;
  #awaited: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#server = createServer((request, response) => {
      if (request.url === '/healthz') answer(response, 200, { status: 'alive' });
      else if (request.url === '/readyz') void this.#readiness().then((why) => tell(response, why));
      else answer(response, 404, { status: 'unknown', paths: ['/healthz', '/readyz'] });
    });
  }

  async listen({ address, port }: ListenAt): Promise<ListenAt> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => reject(new Error(`listen for health on ${address}:${port}: ${cause.message}`, { cause })));
      this.#server.listen(port, address, resolve);
    });
    const bound = this.#server.address();
    return { address, port: typeof bound === 'object' && bound !== null ? bound.port : port };
  }

  waitsFor(what: string): void {
    this.#awaited = what;
  }

  runs(app: Alive): void {
    this.#app = app;
  }

  async close(): Promise<void> {
    this.#app = null;
    this.#awaited = null;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #readiness(): Promise<string | null> {
    if (!this.#app) return this.#awaited === null ? 'it starts or ends' : `it waits for ${this.#awaited}`;
    const { promise, resolve } = Promise.withResolvers<string>();
    const patience = this.#clock.after(PATIENCE_MS, () => resolve(`no answer within ${PATIENCE_MS} ms`));
    const hindrance = this.#app.hindrance().catch((cause: unknown) => (cause instanceof Error ? cause.message : String(cause)));
    const why = await Promise.race([promise, hindrance]);
    patience.cancel();
    return why;
  }
}

const tell = (response: ServerResponse, why: string | null): void =>
  why === null ? answer(response, 200, { status: 'ready' }) : answer(response, 503, { status: 'not ready', why });

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(`${JSON.stringify(body)}\n`);
};
