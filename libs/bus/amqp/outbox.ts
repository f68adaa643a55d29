import type { Clock } from '#libs/clock';

const MAX_WAITING = 1000;
/** As long as a message may wait at the broker. */
const MAX_AGE_MS = 30_000;

interface Waiting<T> {
  readonly message: T;
  readonly since: number;
}

/** What can't be written now. It forgets the oldest when there are too many, and whatever is too old to be of use. */
export class Outbox<T> {
  readonly #clock: Clock;
  #waiting: Waiting<T>[] = [];
  #dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get dropped(): number {
    return this.#dropped;
  }

  put(message: T): void {
    this.#waiting.push({ message, since: this.#clock.monotonic() });
    if (this.#waiting.length <= MAX_WAITING) return;
    this.#waiting.shift();
    this.#dropped++;
  }

  /** Writes what waits, oldest first, until `write` takes no more. */
  flush(write: (message: T) => boolean): void {
    const oldest = this.#clock.monotonic() - MAX_AGE_MS;
    const fresh = this.#waiting.filter(({ since }) => since >= oldest);
    this.#dropped += this.#waiting.length - fresh.length;
    const refused = fresh.findIndex(({ message }) => !write(message));
    this.#waiting = refused < 0 ? [] : fresh.slice(refused);
  }
}
