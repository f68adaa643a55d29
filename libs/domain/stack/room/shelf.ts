import type { HostId } from '#libs/contracts';

/** A host as it stands on its shelf: how many containers stay on it, and what is free. */
export interface Stand {
  readonly host: HostId;
  readonly count: number;
  readonly milliCpus: number;
  readonly memoryBytes: number;
}

/** A run of neighbours, by columns, and what the best and the worst of them have free. */
interface Tray {
  readonly hosts: readonly HostId[];
  readonly counts: readonly number[];
  readonly milliCpus: readonly number[];
  readonly memoryBytes: readonly number[];
  readonly most: Free;
  readonly least: Free;
}

export interface Free {
  readonly milliCpus: number;
  readonly memoryBytes: number;
}

const WIDE = 32;
/** Of trays that are made at once: the next host that comes splits none. */
const FILLED = 24;
/** One that moves costs as much as so many that stay. */
const MANY = 8;

/**
 * Hosts with the same tags, those with the fewest containers first, equal ones by id. It never changes: `moved` gives a new one
 * that shares all trays but those that it touches. Whole trays are passed over where none of them, or each, has what is asked for.
 */
export class Shelf implements Iterable<Stand> {
  readonly tags: ReadonlySet<string>;
  readonly size: number;
  readonly #trays: readonly Tray[];

  private constructor(tags: ReadonlySet<string>, size: number, trays: readonly Tray[]) {
    this.tags = tags;
    this.size = size;
    this.#trays = trays;
  }

  static empty(tags: readonly string[]): Shelf {
    return new Shelf(new Set(tags), 0, []);
  }

  /** Hosts go and come, or stand otherwise: then they do both. */
  moved(gone: readonly Stand[], come: readonly Stand[]): Shelf {
    if ((gone.length + come.length) * MANY > this.size + come.length && come.length > 1) return this.#arranged(gone, come);
    const rest = gone.reduce((shelf: Shelf, { host, count }) => shelf.#without(host, count), this);
    return come.reduce((shelf: Shelf, stand) => shelf.#with(stand), rest);
  }

  #with(stand: Stand): Shelf {
    const nth = Math.max(0, this.#trayOf(stand.count, stand.host));
    const tray = this.#trays[nth];
    return this.#instead(nth, 1, tray ? halved(spliced(tray, placeIn(tray, stand.count, stand.host), 0, stand)) : [trayOf([stand])], 1);
  }

  #without(host: HostId, count: number): Shelf {
    const nth = this.#trayOf(count, host);
    const tray = this.#trays[nth];
    const place = tray ? placeIn(tray, count, host) : 0;
    if (tray?.hosts[place] !== host) return this;
    const rest = spliced(tray, place, 1);
    const next = this.#trays[nth + 1];
    const isThin = next !== undefined && rest.hosts.length + next.hosts.length <= WIDE / 2;
    if (isThin) return this.#instead(nth, 2, [joined(rest, next)], -1);
    return this.#instead(nth, 1, rest.hosts.length === 0 ? [] : [rest], -1);
  }

  /** All trays anew: so many move that one by one would cost more. */
  #arranged(gone: readonly Stand[], come: readonly Stand[]): Shelf {
    const away = new Set(gone.map(({ host }) => host));
    const stands = [...this].filter(({ host }) => !away.has(host));
    const all = merged(
      stands,
      come.toSorted((a, b) => (isBefore(a.count, a.host, b.count, b.host) ? -1 : 1)),
    );
    const trays = Array.from({ length: Math.ceil(all.length / FILLED) }, (_, nth) => trayOf(all.slice(nth * FILLED, (nth + 1) * FILLED)));
    return new Shelf(this.tags, all.length, trays);
  }

  /** Each host that has so much free, in order; those that have not are passed over without a look at each. */
  *havingFree(least: Free): Generator<Stand> {
    for (const tray of this.#trays) {
      if (!covers(tray.most, least)) continue;
      for (let place = 0; place < tray.hosts.length; place++) if (coversAt(tray, place, least)) yield standAt(tray, place);
    }
  }

  /** Each host that has not so much free, in order. */
  *lacking(least: Free): Generator<Stand> {
    for (const tray of this.#trays) {
      if (covers(tray.least, least)) continue;
      for (let place = 0; place < tray.hosts.length; place++) if (!coversAt(tray, place, least)) yield standAt(tray, place);
    }
  }

  *[Symbol.iterator](): Iterator<Stand> {
    for (const tray of this.#trays) for (let place = 0; place < tray.hosts.length; place++) yield standAt(tray, place);
  }

  /** The last one that begins no later; -1 where even the first does. */
  #trayOf(count: number, host: HostId): number {
    let [low, high] = [0, this.#trays.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const tray = this.#trays[middle] as Tray;
      if (isBefore(count, host, tray.counts[0] as number, tray.hosts[0] as HostId)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #instead(nth: number, of: number, by: readonly Tray[], grown: 1 | -1): Shelf {
    return new Shelf(this.tags, this.size + grown, this.#trays.toSpliced(nth, of, ...by));
  }
}

/** The one rule of room: what is asked for is there. */
export const covers = (free: Free, least: Free): boolean => free.memoryBytes >= least.memoryBytes && free.milliCpus >= least.milliCpus;

const coversAt = (tray: Tray, place: number, least: Free): boolean =>
  (tray.memoryBytes[place] as number) >= least.memoryBytes && (tray.milliCpus[place] as number) >= least.milliCpus;

const standAt = (tray: Tray, place: number): Stand => ({
  host: tray.hosts[place] as HostId,
  count: tray.counts[place] as number,
  milliCpus: tray.milliCpus[place] as number,
  memoryBytes: tray.memoryBytes[place] as number,
});

const isBefore = (count: number, host: HostId, otherCount: number, other: HostId): boolean =>
  count < otherCount || (count === otherCount && host < other);

/** Where it stands, or belongs. */
const placeIn = ({ counts, hosts }: Tray, count: number, host: HostId): number => {
  let [low, high] = [0, hosts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(counts[middle] as number, hosts[middle] as HostId, count, host)) low = middle + 1;
    else high = middle;
  }
  return low;
};

type Columns = Pick<Tray, 'hosts' | 'counts' | 'milliCpus' | 'memoryBytes'>;

const spliced = (tray: Tray, at: number, out: number, ...stands: readonly Stand[]): Tray =>
  measured({
    hosts: tray.hosts.toSpliced(at, out, ...stands.map(({ host }) => host)),
    counts: tray.counts.toSpliced(at, out, ...stands.map(({ count }) => count)),
    milliCpus: tray.milliCpus.toSpliced(at, out, ...stands.map(({ milliCpus }) => milliCpus)),
    memoryBytes: tray.memoryBytes.toSpliced(at, out, ...stands.map(({ memoryBytes }) => memoryBytes)),
  });

/** Of two runs in order, one. */
const merged = (one: readonly Stand[], other: readonly Stand[]): readonly Stand[] => {
  const all: Stand[] = [];
  let nth = 0;
  for (const stand of one) {
    for (let next = other[nth]; next && isBefore(next.count, next.host, stand.count, stand.host); next = other[++nth]) all.push(next);
    all.push(stand);
  }
  return all.concat(other.slice(nth));
};

const trayOf = (stands: readonly Stand[]): Tray =>
  measured({
    hosts: stands.map(({ host }) => host),
    counts: stands.map(({ count }) => count),
    milliCpus: stands.map(({ milliCpus }) => milliCpus),
    memoryBytes: stands.map(({ memoryBytes }) => memoryBytes),
  });

const joined = (one: Tray, other: Tray): Tray =>
  measured({
    hosts: [...one.hosts, ...other.hosts],
    counts: [...one.counts, ...other.counts],
    milliCpus: [...one.milliCpus, ...other.milliCpus],
    memoryBytes: [...one.memoryBytes, ...other.memoryBytes],
  });

const halved = (tray: Tray): readonly Tray[] => {
  if (tray.hosts.length <= WIDE) return [tray];
  const half = tray.hosts.length >> 1;
  return [cut(tray, 0, half), cut(tray, half, tray.hosts.length)];
};

const cut = (tray: Tray, from: number, to: number): Tray =>
  measured({
    hosts: tray.hosts.slice(from, to),
    counts: tray.counts.slice(from, to),
    milliCpus: tray.milliCpus.slice(from, to),
    memoryBytes: tray.memoryBytes.slice(from, to),
  });

const measured = (columns: Columns): Tray => {
  let [mostCpus, leastCpus, mostMemory, leastMemory] = [-Infinity, Infinity, -Infinity, Infinity];
  for (const cpus of columns.milliCpus) {
    if (cpus > mostCpus) mostCpus = cpus;
    if (cpus < leastCpus) leastCpus = cpus;
  }
  for (const memory of columns.memoryBytes) {
    if (memory > mostMemory) mostMemory = memory;
    if (memory < leastMemory) leastMemory = memory;
  }
  return {
    ...columns,
    most: { milliCpus: mostCpus, memoryBytes: mostMemory },
    least: { milliCpus: leastCpus, memoryBytes: leastMemory },
  };
};
