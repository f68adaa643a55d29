import { Disk } from '../../../apps/host-agent/ports.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Process } from '../world/process.ts';

const DAY_MS = 10_000;

/** The files of a host, and how they were a while ago. A day is short here. */
export class MachineDisk {
  readonly files = new Map<string, string>();
  /** It may have forgotten which addresses rest: the file was torn and removed, or is an older one. */
  hasLostLeases = false;
  #yesterday: ReadonlyMap<string, string> = new Map();

  constructor(loop: Loop) {
    const keep = (): void => {
      this.#yesterday = new Map(this.files);
      loop.after(DAY_MS, keep);
    };
    loop.after(DAY_MS, keep);
  }

  goBack(): void {
    const leases = [...this.files].filter(([path]) => isOfLeases(path));
    this.hasLostLeases ||= leases.some(([path, text]) => this.#yesterday.get(path) !== text);
    this.files.clear();
    for (const [path, text] of this.#yesterday) this.files.set(path, text);
  }

  /** Cuts a file off in its middle, as no write of ours does. Gives back how somebody removes it. */
  tear(chance: Chance): () => void {
    const paths = [...this.files.keys()].filter((path) => path.endsWith('.json')).sort();
    if (paths.length === 0) return () => undefined;
    const path = chance.pick(paths);
    const torn = (this.files.get(path) ?? '').slice(0, 20);
    this.files.set(path, torn);
    return () => {
      if (this.files.get(path) !== torn) return;
      this.files.delete(path);
      this.hasLostLeases ||= isOfLeases(path);
    };
  }
}

const isOfLeases = (path: string): boolean => path.endsWith('leases.json');

/** The disk as one agent reaches it. */
export class SimulatedDisk extends Disk {
  readonly #process: Process;
  readonly #disk: MachineDisk;
  readonly #chance: Chance;

  constructor(process: Process, disk: MachineDisk, chance: Chance) {
    super();
    this.#process = process;
    this.#disk = disk;
    this.#chance = chance;
  }

  override read(path: string): Promise<string | null> {
    return this.#process.ask(1, 0, () => this.#disk.files.get(path) ?? null);
  }

  override write(path: string, text: string): Promise<void> {
    return this.#process.ask(this.#chance.between(1, 5), this.#chance.between(0, 3), () => void this.#disk.files.set(path, text));
  }
}
