import type { Subscription } from '../feed.ts';

/** A subscription that is had as long as it is wanted: opened and closed one after the other, however fast the wish changes. */
export class Taken {
  readonly #open: () => Promise<Subscription>;
  readonly #report: (problem: string, cause: unknown) => void;
  #subscription: Subscription | null = null;
  #settled: Promise<void> = Promise.resolve();
  #isWanted = false;

  constructor(open: () => Promise<Subscription>, report: (problem: string, cause: unknown) => void) {
    this.#open = open;
    this.#report = report;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Resolves when it is as was wished until now. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.#settled = this.#settled.then(() => this.#settle()).catch((cause: unknown) => this.#report('take or leave a queue', cause));
  }

  async #settle(): Promise<void> {
    if (this.#isWanted) this.#subscription ??= await this.#open();
    else {
      const subscription = this.#subscription;
      this.#subscription = null;
      await subscription?.close();
    }
  }
}
