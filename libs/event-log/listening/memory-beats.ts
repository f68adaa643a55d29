import type { Clock } from '#libs/clock';
import type { Instant } from '#libs/contracts';
import { Beats } from './beats.ts';

/** The twin of `PostgresBeats` for tests and simulated worlds. */
export class MemoryBeats extends Beats {
  readonly #clock: Clock;
  readonly #last = new Map<string, Instant>();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  async heard(consumer: string): Promise<{ readonly last: Instant | null; readonly now: Instant }> {
    return { last: this.#last.get(consumer) ?? null, now: this.#clock.now() };
  }

  async beat(consumer: string): Promise<Instant> {
    const now = this.#clock.now();
    this.#last.set(consumer, now);
    return now;
  }
}
