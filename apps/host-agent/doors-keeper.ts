import type { ContainerId, StackName } from '#libs/contracts';
import type { HostProxy, ProxyLevel } from './ports.ts';
import type { DesiredState } from './state/desired-state.ts';

export interface DoorsLevel {
  readonly proxies: readonly ProxyLevel[];
  /** Read after the levels. */
  readonly busy: Readonly<Record<StackName, readonly ContainerId[]>>;
}

/** Keeps the host's proxy at the doors it should have. A host without a proxy has none. */
export class DoorsKeeper {
  readonly #proxy: HostProxy | null;
  readonly #state: Pick<DesiredState, 'doors'>;
  #level: DoorsLevel = { proxies: [], busy: {} };

  constructor(proxy: HostProxy | null, state: Pick<DesiredState, 'doors'>) {
    this.#proxy = proxy;
    this.#state = state;
  }

  get level(): DoorsLevel {
    return this.#level;
  }

  /** True when the level is another one. */
  async pass(): Promise<boolean> {
    if (!this.#proxy) return false;
    await this.#proxy.ensureRunning();
    const proxies = await this.#proxy.apply(this.#state.doors);
    const level = { proxies, busy: await this.#proxy.busy() };
    const isNew = JSON.stringify(level) !== JSON.stringify(this.#level);
    this.#level = level;
    return isNew;
  }
}
