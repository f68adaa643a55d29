import { Ids } from '#libs/clock';
import type { DeploymentId, EventId } from '#libs/contracts';
import type { Chance } from './chance.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Ids by chance, the same for the same seed. */
export class SimulatedIds extends Ids {
  readonly #chance: Chance;
  /** Given last. */
  newestRun: string | null = null;

  constructor(chance: Chance) {
    super();
    this.#chance = chance;
  }

  event(): EventId {
    const hex = Buffer.from(this.bytes(16)).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}` as EventId;
  }

  deployment(): DeploymentId {
    return Array.from({ length: 16 }, () => BASE32[this.#chance.between(0, 31)]).join('') as DeploymentId;
  }

  run(): string {
    this.newestRun = Buffer.from(this.bytes(6)).toString('hex');
    return this.newestRun;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#chance.between(0, 255));
  }
}
