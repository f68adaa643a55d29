import type { Clock, Timer } from '#libs/clock';
import type { HostId } from '#libs/contracts';
import { added, QUIET_MS, quietFor, type Refusal, type Tally, tallied } from '#libs/domain/host';
import type { World } from '#libs/domain/stack';

interface Book {
  tally: Tally | null;
  /** By the monotonic clock: when we wrote last. */
  writtenAt: number;
  timer: Timer | null;
}

export interface RefusalsOptions {
  readonly clock: Clock;
  readonly world: () => World;
  /** What was refused of this host may be written now. */
  readonly onDue: (host: HostId) => void;
}

/**
 * Counts what is refused of each host that ever joined, and says when the log may be told: at once, and then at most once a minute
 * whatever is sent. What is counted in between waits for the next time. A host that never joined has no place in the log.
 */
export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #books = new Map<HostId, Book>();

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  count(host: HostId, refusal: Refusal): void {
    const { clock, world } = this.#options;
    if (!world().hosts.get(host)) return;
    const book = this.#bookOf(host);
    book.tally = tallied(book.tally, refusal, clock.now());
    this.#wait(host, book);
  }

  /** What the log may be told of this host now. It is ours no more: `wrote` or `restore` follows. */
  take(host: HostId): Tally | null {
    const book = this.#books.get(host);
    if (!book || book.tally === null || this.#quietFor(host, book) > 0) return null;
    const { tally } = book;
    book.tally = null;
    return tally;
  }

  wrote(host: HostId): void {
    const book = this.#bookOf(host);
    book.writtenAt = this.#options.clock.monotonic();
    if (book.tally) this.#wait(host, book);
  }

  /** It did not get into the log: it is told with the next. */
  restore(host: HostId, tally: Tally): void {
    const book = this.#bookOf(host);
    book.tally = added(book.tally, tally);
    this.#wait(host, book, 1000);
  }

  stop(): void {
    for (const { timer } of this.#books.values()) timer?.cancel();
  }

  #bookOf(host: HostId): Book {
    const book = this.#books.get(host) ?? { tally: null, writtenAt: Number.NEGATIVE_INFINITY, timer: null };
    this.#books.set(host, book);
    return book;
  }

  #wait(host: HostId, book: Book, atLeast = 0): void {
    if (book.timer !== null) return;
    const wait = Math.max(atLeast, this.#quietFor(host, book));
    if (wait === 0) this.#options.onDue(host);
    else
      book.timer = this.#options.clock.after(wait, () => {
        book.timer = null;
        if (book.tally) this.#wait(host, book);
      });
  }

  /** By the log, which knows what other replicas wrote, and by our own clock that nobody sets. */
  #quietFor(host: HostId, { writtenAt }: Book): number {
    const { clock, world } = this.#options;
    return Math.max(quietFor(world(), host, clock.now()), writtenAt + QUIET_MS - clock.monotonic(), 0);
  }
}
