import type { HostId } from '#libs/contracts';
import { type ContainerState, containersOf, counts, type StackState, type World } from '../stack/index.ts';
import type { Kept } from './slots.ts';
import { spreadKey, tagValue } from './spread.ts';

interface Counts {
  version: number;
  service: number;
  stack: number;
  all: number;
}

/** Who is where, seen from a service of which some are to go: the order of placing, turned round. */
export class Crowd {
  readonly #world: World;
  readonly #spread: string | null;
  readonly #byHost = new Map<HostId, Counts>();
  readonly #byValue = new Map<string, number>();

  constructor(world: World, state: StackState, { version: { version, manifest } }: Kept, name: string) {
    this.#world = world;
    const service = Object.entries(manifest.services).find(([known]) => known === name)?.[1];
    this.#spread = service ? spreadKey({ service }) : null;
    for (const known of containersOf(state)) {
      if (!counts(state, known)) continue;
      const of = this.#of(known.host);
      of.stack++;
      if (known.service !== name) continue;
      of.service++;
      if (known.version !== version) continue;
      of.version++;
      this.#add(known.host, 1);
    }
  }

  /** Of the value and then the host that has most; among equals the highest slot. */
  isTakenBefore(one: ContainerState, other: ContainerState): boolean {
    return (this.#more(one.host, other.host) || one.slot - other.slot) > 0;
  }

  less(host: HostId): void {
    const known = this.#of(host);
    for (const key of ['version', 'service', 'stack', 'all'] as const) known[key]--;
    this.#add(host, -1);
  }

  #more(a: HostId, b: HostId): number {
    if (a === b) return 0;
    const [one, other] = [this.#of(a), this.#of(b)];
    const values = this.#inValue(a) - this.#inValue(b);
    return (
      values ||
      one.version - other.version ||
      one.service - other.service ||
      one.stack - other.stack ||
      one.all - other.all ||
      (a < b ? -1 : 1)
    );
  }

  #of(host: HostId): Counts {
    const known = this.#byHost.get(host);
    if (known) return known;
    const fresh = { version: 0, service: 0, stack: 0, all: this.#world.room.held.get(host)?.staying ?? 0 };
    this.#byHost.set(host, fresh);
    return fresh;
  }

  #inValue(host: HostId): number {
    return this.#byValue.get(this.#tagValue(host)) ?? 0;
  }

  #add(host: HostId, by: number): void {
    const value = this.#tagValue(host);
    this.#byValue.set(value, (this.#byValue.get(value) ?? 0) + by);
  }

  /** Where nothing is spread, one value is that of all. */
  #tagValue(host: HostId): string {
    return this.#spread === null ? '' : tagValue(this.#world.hosts.get(host)?.tags ?? [], this.#spread);
  }
}
