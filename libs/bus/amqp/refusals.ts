import type { Clock } from '#libs/clock';

const QUIET_MS = 60_000;
/** Names that strangers make up must not fill the memory. */
const MAX_SENDERS = 1000;

/** Counts what was refused, and tells of it at most once a minute for each sender. */
export class Refusals {
  readonly #clock: Clock;
  readonly #report: (problem: string, cause: unknown) => void;
  readonly #told = new Map<string, number>();
  #count = 0;

  constructor(clock: Clock, report: (problem: string, cause: unknown) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether it told of it. */
  add(sender: string, what: string): boolean {
    this.#count++;
    const now = this.#clock.monotonic();
    const before = this.#told.get(sender);
    if (before !== undefined && now - before < QUIET_MS) return false;
    if (this.#told.size >= MAX_SENDERS) this.#told.clear();
    this.#told.set(sender, now);
    this.#report(`refuse mail of ${sender}`, new Error(`${what} (${this.#count} refused until now)`));
    return true;
  }
}
