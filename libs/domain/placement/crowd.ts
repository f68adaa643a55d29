import type { HostId } from '#libs/contracts';
import type { World } from '../stack/index.ts';
import { claimsOf } from './claims.ts';

/** The service that is placed, in its version. */
export interface Subject {
  readonly stack: string;
  readonly name: string;
  readonly version: number;
}

/** How many staying containers a host has: of the service in its version, in all versions, of its stack, and at all. */
export interface Counts {
  readonly version: number;
  readonly service: number;
  readonly stack: number;
  readonly all: number;
}

const NONE: Counts = { version: 0, service: 0, stack: 0, all: 0 };

/** Who is where, seen from one service, while its slots are given and taken. */
export class Crowd {
  readonly #counts: Map<HostId, Counts>;

  constructor(counts: Map<HostId, Counts>) {
    this.#counts = counts;
  }

  of(host: HostId): Counts {
    return this.#counts.get(host) ?? NONE;
  }

  /** The order in which hosts are taken for the spread: fewest first, ties by id. */
  compare(a: HostId, b: HostId): number {
    if (a === b) return 0;
    const [one, other] = [this.of(a), this.of(b)];
    return one.version - other.version || one.service - other.service || one.stack - other.stack || one.all - other.all || (a < b ? -1 : 1);
  }

  more(host: HostId): void {
    this.#add(host, 1);
  }

  less(host: HostId): void {
    this.#add(host, -1);
  }

  #add(host: HostId, by: number): void {
    const { version, service, stack, all } = this.of(host);
    this.#counts.set(host, { version: version + by, service: service + by, stack: stack + by, all: all + by });
  }
}

export const crowdOf = (world: World, { stack, name, version }: Subject): Crowd => {
  const counts = new Map<HostId, Counts>();
  for (const claim of claimsOf(world)) {
    if (!claim.isStaying) continue;
    const before = counts.get(claim.host) ?? NONE;
    const isOfStack = claim.stack === stack;
    const isOfService = isOfStack && claim.service === name;
    counts.set(claim.host, {
      version: before.version + (isOfService && claim.version === version ? 1 : 0),
      service: before.service + (isOfService ? 1 : 0),
      stack: before.stack + (isOfStack ? 1 : 0),
      all: before.all + 1,
    });
  }
  return new Crowd(counts);
};
