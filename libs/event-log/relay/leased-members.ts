import { GONE_MS, Members, type Share } from '#libs/bus';
import type { Leases } from './leases.ts';

/** A lease for each replica, and one for the active one where there is to be one alone. */
export class LeasedMembers extends Members {
  readonly #leases: Leases;
  readonly #known = new Set<string>();

  constructor(leases: Leases) {
    super();
    this.#leases = leases;
  }

  async beat(service: string, replica: string, share: Share): Promise<readonly string[]> {
    const fence = await this.#leases.hold(nameOf(service, replica, share), replica, GONE_MS);
    if (share === 'one active') return fence === null ? [] : [replica];
    const prefix = nameOf(service, '', share);
    // Each run of a replica has a name of its own: those that are gone would be kept for ever.
    if (!this.#known.has(replica)) await this.#leases.forget(prefix);
    this.#known.add(replica);
    return (await this.#leases.held(prefix)).map((name) => name.slice(prefix.length));
  }

  async leave(service: string, replica: string, share: Share): Promise<void> {
    await this.#leases.release(nameOf(service, replica, share), replica);
  }
}

const nameOf = (service: string, replica: string, share: Share): string =>
  share === 'one active' ? `active/${service}` : `member/${service}/${replica}`;
