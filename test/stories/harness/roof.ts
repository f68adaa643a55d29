import { Child } from './child.ts';

export type Env = Readonly<Record<string, string>>;

/** All services in one process, or each its own. */
export type Shape = 'one process' | Spread;

export interface Spread {
  /** Of every control service. */
  readonly replicas: number;
  /** Where home, broker and database are, instead of the machine's folder for such things. */
  readonly dir?: string;
  /** False: this machine is no host, and agents elsewhere are let in by `Processes.letIn`. */
  readonly isHost?: boolean;
}

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
