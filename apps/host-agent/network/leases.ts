import { type ContainerId, type Instant, Transient } from '#libs/contracts';
import { addressOf, type Subnet } from './subnet.ts';

/** An address is leased by the container's id; a released one rests before it is given again. */
interface Lease {
  readonly container: ContainerId;
  readonly address: string;
  readonly releasedAt: Instant | null;
}

export type LeaseTable = readonly Lease[];

/** Longer than names, connections and caches of an address live. */
const REST_MS = 120_000;

interface Wish {
  readonly container: ContainerId;
  readonly subnet: Subnet;
  /** Addresses that something else still names. */
  readonly inUse: ReadonlySet<string>;
  readonly now: Instant;
}

/** The same container, the same answer; else the lowest address that is free and has rested. Throws `Transient` when there is none. */
export const lease = (table: LeaseTable, wish: Wish): { readonly table: LeaseTable; readonly address: string } => {
  const held = table.find(({ container, releasedAt }) => container === wish.container && releasedAt === null);
  if (held) return { table, address: held.address };
  const rested = table.filter((entry) => !hasRested(entry, wish.now));
  const taken = new Set(rested.map((entry) => entry.address));
  for (let number = wish.subnet.first; number <= wish.subnet.last; number++) {
    const address = addressOf(number);
    if (taken.has(address) || wish.inUse.has(address)) continue;
    return { table: [...rested, { container: wish.container, address, releasedAt: null }], address };
  }
  throw new Transient(`lease an address for ${wish.container}: ${wish.subnet.cidr} has none free`);
};

/** Releases what no kept container holds. Gives the same table back when there is nothing to release. */
export const releaseAllBut = (table: LeaseTable, kept: ReadonlySet<ContainerId>, now: Instant): LeaseTable => {
  const isOver = ({ container, releasedAt }: Lease): boolean => releasedAt === null && !kept.has(container);
  return table.some(isOver) ? table.map((entry) => (isOver(entry) ? { ...entry, releasedAt: now } : entry)) : table;
};

/** Takes over an address that a container was found with; the lease of another container on it ends. */
export const adopt = (table: LeaseTable, container: ContainerId, address: string): LeaseTable => {
  const isHeld = table.some((entry) => entry.container === container && entry.address === address && entry.releasedAt === null);
  if (isHeld) return table;
  return [
    ...table.filter((entry) => entry.address !== address && (entry.container !== container || entry.releasedAt !== null)),
    { container, address, releasedAt: null },
  ];
};

const hasRested = ({ releasedAt }: Lease, now: Instant): boolean => releasedAt !== null && now - releasedAt >= REST_MS;
