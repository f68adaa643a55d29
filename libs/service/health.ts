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
      else if (request.url === '/readyz') void this.#tell(response);
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

  async #tell(response: ServerResponse): Promise<void> {
    const [why, figures] = await Promise.all([this.#readiness(), this.#figures()]);
    if (why === null) answer(response, 200, { status: 'ready', ...figures });
    else answer(response, 503, { status: 'not ready', why, ...figures });
  }

  /** What can't be asked now is left out: the hindrance says why. */
  async #figures(): Promise<Readonly<Record<string, unknown>>> {
    const { promise, resolve } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    const patience = this.#clock.after(PATIENCE_MS, () => resolve({}));
    const figures = this.#app?.figures?.().catch(() => ({})) ?? {};
    const told = await Promise.race([promise, figures]);
    patience.cancel();
    return told;
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

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(`${JSON.stringify(body)}\n`);
};
