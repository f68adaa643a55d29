import type { Clock } from '#libs/clock';
import { Leases } from './leases.ts';

interface Lease {
  readonly owner: string;
  readonly fence: number;
  readonly until: number;
}

/** The leases of one process: the twin of `PostgresLeases`. */
export class MemoryLeases extends Leases {
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  async hold(name: string, owner: string, forMs: number): Promise<number | null> {
    const now = this.#clock.monotonic();
    const lease = this.#leases.get(name);
    if (lease && lease.owner !== owner && lease.until > now) return null;
    const fence = lease?.owner === owner ? lease.fence : (lease?.fence ?? 0) + 1;
    this.#leases.set(name, { owner, fence, until: now + forMs });
    return fence;
  }

  async held(prefix: string): Promise<readonly string[]> {
    const now = this.#clock.monotonic();
    return [...this.#leases].flatMap(([name, { until }]) => (name.startsWith(prefix) && until > now ? [name] : [])).sort();
  }

  async forget(prefix: string): Promise<void> {
    const now = this.#clock.monotonic();
    for (const [name, { until }] of this.#leases) if (name.startsWith(prefix) && until <= now) this.#leases.delete(name);
  }

  async release(name: string, owner: string): Promise<void> {
    const lease = this.#leases.get(name);
    if (lease?.owner === owner) this.#leases.set(name, { ...lease, until: this.#clock.monotonic() });
  }
}
