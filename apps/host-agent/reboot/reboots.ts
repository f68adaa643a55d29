import type { ContainersState } from '#libs/contracts';
import type { Disk, Machine } from '../ports.ts';

interface Options {
  readonly machine: Machine;
  readonly bootId: string | null;
  readonly report: (problem: string, cause: unknown) => void;
}

/** Linux gives each start of the machine an id of its own. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Null where the kernel does not say. */
export const readBootId = async (disk: Disk): Promise<string | null> => (await disk.read(BOOT_ID))?.trim() || null;

/** Restarts the machine when the control plane says so: only the boot that was meant, and once. */
export class Reboots {
  readonly #options: Options;
  #isBegun = false;
  #problem = '';

  constructor(options: Options) {
    this.#options = options;
  }

  /** The order is a level: it is told until the machine has started anew. */
  async take(order: ContainersState['reboot']): Promise<void> {
    const { bootId, machine, report } = this.#options;
    if (!order || order.bootId !== bootId || this.#isBegun) return;
    this.#isBegun = true;
    try {
      await machine.restart();
    } catch (cause) {
      // Told again with the next level, so it is tried again; the same problem is reported once.
      this.#isBegun = false;
      if (String(cause) !== this.#problem) report('restart the machine', cause);
      this.#problem = String(cause);
    }
  }
}
