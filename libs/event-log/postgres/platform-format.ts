import type { Clock } from '#libs/clock';
import { type Editions, FIRST_FORMAT } from '#libs/contracts';
import type { Writing } from '../proposal.ts';

interface PlatformFormatOptions {
  readonly clock: Clock;
  readonly editions: Editions;
  /** Of the newest `FormatRaised`. */
  readonly read: () => Promise<number>;
}

/** Who has not heard of a raise yet writes what everybody reads. */
const FRESH_MS = 5000;

/** In which versions events are written here: those of the platform's format, as it was some seconds ago at most. */
export class PlatformFormat {
  readonly #options: PlatformFormatOptions;
  #known: { readonly format: number; readonly at: number } | null = null;

  constructor(options: PlatformFormatOptions) {
    this.#options = options;
  }

  async writing(): Promise<Writing> {
    const { editions, clock, read } = this.#options;
    if (editions.newestFormat === FIRST_FORMAT) return { editions, format: FIRST_FORMAT };
    const at = clock.monotonic();
    if (!this.#known || at - this.#known.at >= FRESH_MS) this.#known = { format: await read(), at };
    return { editions, format: this.#known.format };
  }

  /** It was raised here. */
  forget(): void {
    this.#known = null;
  }
}
