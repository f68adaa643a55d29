import type { Clock } from '#libs/clock';
import type { Anchor } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';

const LATE_MS = 5000;

/** A head of the log not older than five seconds, for whoever wants one: the log is asked once for all of them. */
export class LateHead {
  readonly #log: EventLog;
  readonly #clock: Clock;
  #askedAt = Number.NEGATIVE_INFINITY;
  #anchor: Promise<Anchor | undefined> = Promise.resolve(undefined);

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Undefined while the log does not answer, or is empty. */
  get(): Promise<Anchor | undefined> {
    const now = this.#clock.monotonic();
    if (now - this.#askedAt >= LATE_MS) {
      this.#askedAt = now;
      this.#anchor = this.#ask();
    }
    return this.#anchor;
  }

  async #ask(): Promise<Anchor | undefined> {
    try {
      const { incarnation, position, hash } = await this.#log.head();
      return position > 0 ? { incarnation, position, hash } : undefined;
    } catch {
      return undefined;
    }
  }
}
