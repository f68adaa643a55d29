import { Child } from './child.ts';

export type Env = Readonly<Record<string, string>>;

/** All services in one process, or each its own: so many replicas of every control service. */
export type Shape = 'one process' | { readonly replicas: number };

/** Under which the services of one Berth run. */
export interface Roof {
  /** Of a gateway. */
  readonly url: string;
  start(overrides: Env): Promise<void>;
  /** Ends the services; what they stand on, and what they made, stays. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends all of it. */
  destroy(): Promise<void>;
}

/** `apps/standalone` with its embedded database. */
export class OneProcess implements Roof {
  readonly url: string;
  readonly #child: Child;

  constructor(env: Env, [port = 0, dnsPort = 0]: readonly number[]) {
    this.url = `http://127.0.0.1:${port}`;
    this.#child = new Child('standalone', `${this.url}/readyz`, {
      ...env,
      BERTH_LISTEN: `127.0.0.1:${port}`,
      BERTH_DNS_LISTEN: `127.0.0.1:${dnsPort}`,
    });
  }

  start(overrides: Env): Promise<void> {
    return this.#child.start(overrides);
  }

  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#child.end(signal);
  }

  destroy(): Promise<void> {
    return this.#child.end('SIGTERM');
  }
}
