import type { Clock } from '#libs/clock';
import { BEGUN_MS, type NewSnapshot, SNAPSHOTS_KEPT, type Snapshot, Snapshots } from '../snapshots.ts';

interface Kept extends NewSnapshot {
  readonly id: number;
  readonly name: string;
  readonly begun: number;
  /** Null while it is being saved. */
  readonly parts: readonly Uint8Array[] | null;
}

/** The twin of `PostgresSnapshots` for tests and simulated worlds, of one release. */
export class MemorySnapshots extends Snapshots {
  readonly #clock: Clock;
  #kept: readonly Kept[] = [];
  #ids = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  async list(name: string): Promise<readonly Snapshot[]> {
    return this.#whole(name).map(({ id, incarnation, position, hash }) => ({ id, incarnation, position, hash }));
  }

  async *read({ id, position }: Snapshot): AsyncIterable<Uint8Array> {
    const parts = this.#kept.find((kept) => kept.id === id)?.parts;
    if (!parts) throw new Error(`read the snapshot of position ${position}: it is gone`);
    yield* parts;
  }

  async save(name: string, snapshot: NewSnapshot, parts: Iterable<Uint8Array>): Promise<boolean> {
    const isOfSlot = (kept: Kept): boolean => kept.name === name && kept.slot === snapshot.slot;
    if (this.#kept.some((kept) => isOfSlot(kept) && !this.#isWaste(kept, snapshot))) return false;
    const begun = { ...snapshot, id: ++this.#ids, name, begun: this.#clock.now() };
    this.#kept = [...this.#kept.filter((kept) => !isOfSlot(kept)), { ...begun, parts: null }];
    const taken: Uint8Array[] = [];
    for (const part of parts) {
      taken.push(part);
      await Promise.resolve();
    }
    this.#kept = this.#kept.map((kept) => (kept.id === begun.id ? { ...begun, parts: taken } : kept));
    const few = new Set(this.#whole(name).slice(0, SNAPSHOTS_KEPT));
    this.#kept = this.#kept.filter((kept) => kept.name !== name || kept.parts === null || few.has(kept));
    return true;
  }

  #isWaste({ parts, begun, incarnation }: Kept, next: NewSnapshot): boolean {
    return incarnation < next.incarnation || (parts === null && begun <= this.#clock.now() - BEGUN_MS);
  }

  #whole(name: string): readonly Kept[] {
    return this.#kept
      .filter((kept) => kept.name === name && kept.parts !== null)
      .sort((a, b) => b.incarnation - a.incarnation || b.position - a.position);
  }
}
