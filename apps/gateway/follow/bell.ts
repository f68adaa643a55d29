import type { Clock } from '#libs/clock';

/** One sleeper that can be woken. A ring while it is awake is not lost: the next wait ends at once. */
export class Bell {
  readonly #clock: Clock;
  #isRung = false;
  #wake = (): void => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** Until a ring, at most `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#isRung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = this.#clock.after(ms, resolve);
      await promise;
      timer.cancel();
    }
    this.#isRung = false;
  }
}
