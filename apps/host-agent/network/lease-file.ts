import type { Clock } from '#libs/clock';
import type { ContainerId } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import type { Disk } from '../ports.ts';
import { readJson } from '../state/whole-file.ts';
import { adopt, type LeaseTable, lease, releaseAllBut } from './leases.ts';
import type { Subnet } from './subnet.ts';

interface Options {
  readonly disk: Disk;
  readonly path: string;
  readonly subnet: Subnet;
  readonly clock: Clock;
}

/** The lease table on disk: an address is written down before anything uses it. */
export class LeaseFile {
  readonly #options: Options;
  #table: LeaseTable = [];
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  async load(): Promise<void> {
    this.#table = (await readJson<{ leases: LeaseTable }>(this.#options.disk, this.#options.path))?.leases ?? [];
  }

  addressOf(container: ContainerId): string | undefined {
    return this.#table.find((entry) => entry.container === container && entry.releasedAt === null)?.address;
  }

  lease(container: ContainerId, inUse: ReadonlySet<string>): Promise<string> {
    return this.#inTurn(async () => {
      const { subnet, clock } = this.#options;
      const { table, address } = lease(this.#table, { container, subnet, inUse, now: clock.now() });
      await this.#save(table);
      return address;
    });
  }

  /** Adopts the addresses of containers that are there, and releases those of containers that are neither there nor wanted. */
  match(observed: readonly ObservedContainer[], wanted: ReadonlySet<ContainerId>): Promise<void> {
    return this.#inTurn(() => {
      const kept = new Set([...observed.map((container) => container.container), ...wanted]);
      const adopted = observed.reduce(
        (table, { container, address }) => (address === null ? table : adopt(table, container, address)),
        this.#table,
      );
      return this.#save(releaseAllBut(adopted, kept, this.#options.clock.now()));
    });
  }

  async #save(table: LeaseTable): Promise<void> {
    if (table === this.#table) return;
    await this.#options.disk.write(this.#options.path, JSON.stringify({ leases: table }));
    this.#table = table;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
