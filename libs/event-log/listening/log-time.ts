import type { Clock } from '#libs/clock';
import type { Instant } from '#libs/contracts';

interface Known {
  readonly at: Instant;
  /** By the monotonic clock: it was so between these. */
  readonly askedAt: number;
  readonly heardAt: number;
}

/**
 * The time of the log, which gives events their instants, as far as this process knows it: never ahead of what it last learned and the
 * monotonic time since. By a wall clock of its own that runs ahead, what is timed from an event would end early.
 */
export class LogTime {
  readonly #clock: Clock;
  #known: Known | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The log's clock showed this instant since it was asked. Gives by how much, at least, it jumped ahead since the time before. */
  learn(at: Instant, askedAt: number): number {
    const heardAt = this.#clock.monotonic();
    const jumped = this.#known === null ? 0 : at - this.#known.at - (heardAt - this.#known.askedAt);
    this.#known = { at, askedAt, heardAt };
    return Math.max(0, jumped);
  }

  /** The own wall clock's until something is learned. */
  now(): Instant {
    return this.#known === null ? this.#clock.now() : Math.floor(this.#known.at + this.#clock.monotonic() - this.#known.heardAt);
  }
}
