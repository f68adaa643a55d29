import type { Clock, Timer } from '#libs/clock';
import type { Leases } from './leases.ts';

interface HoldingOptions {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly name: string;
  readonly owner: string;
}

/** With the look of a standby this stays under 2 s, and a lost owner is replaced in that time. */
const LEASE_MS = 1400;
const RENEW_MS = 400;

/** A lease that is renewed beside the work that it guards, however long that work waits. */
export class Holding {
  readonly #options: HoldingOptions;
  #fence: number | null = null;
  /** By the monotonic clock: nobody else has it before. */
  #until = 0;
  #renewal: Timer | null = null;
  #loss = Promise.withResolvers<void>();

  constructor(options: HoldingOptions) {
    this.#options = options;
  }

  /** Judged by the own clock: who froze finds it lapsed before anything else is done. */
  get isHeld(): boolean {
    return this.#fence !== null && this.#options.clock.monotonic() < this.#until;
  }

  /** Resolves when it is no longer ours. */
  get lost(): Promise<void> {
    return this.#loss.promise;
  }

  /** Null while another has it. */
  async take(): Promise<number | null> {
    if (this.isHeld) return this.#fence;
    this.#loss = Promise.withResolvers();
    await this.#ask();
    if (this.#fence !== null) this.#renewLater();
    return this.#fence;
  }

  async release(): Promise<void> {
    this.#renewal?.cancel();
    if (this.#fence === null) return;
    this.#fence = null;
    await this.#options.leases.release(this.#options.name, this.#options.owner);
  }

  async #ask(): Promise<void> {
    const { leases, clock, name, owner } = this.#options;
    // It counts from when the question arrives, which is later than this.
    const asked = clock.monotonic();
    this.#fence = await leases.hold(name, owner, LEASE_MS);
    this.#until = asked + LEASE_MS;
  }

  #renewLater(): void {
    this.#renewal?.cancel();
    this.#renewal = this.#options.clock.after(RENEW_MS, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const fence = this.#fence;
    if (fence === null) return;
    // A storage that is away for a moment is asked again as long as the lease lasts.
    await this.#ask().catch(() => undefined);
    if (this.#fence === fence && this.isHeld) this.#renewLater();
    else {
      this.#fence = null;
      this.#loss.resolve();
    }
  }
}
