import type { Clock } from '#libs/clock';

interface Options {
  readonly clock: Clock;
  /** What it does, for a problem's words: `match the containers`. */
  readonly what: string;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  readonly report: (problem: string, cause: unknown) => void;
}

const RETRY_MS = 1000;

/** Does one thing again and again, never twice at once: when it is woken, and at the latest `everyMs` after it ended, or a second after it failed. */
export class Pulse {
  readonly #options: Options;
  #ring = Promise.withResolvers<void>();
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();
  #problem = '';

  constructor(options: Options) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#ring.resolve();
  }

  /** Resolves when the work does not run any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, everyMs } = this.#options;
    while (!this.#isStopped) {
      this.#ring = Promise.withResolvers();
      const isDone = await this.#work();
      const timer = clock.after(isDone ? everyMs : Math.min(everyMs, RETRY_MS), () => this.wake());
      if (!this.#isStopped) await this.#ring.promise;
      timer.cancel();
    }
  }

  /** A problem that stays the same is reported once. */
  async #work(): Promise<boolean> {
    try {
      await this.#options.work();
      this.#problem = '';
      return true;
    } catch (cause) {
      const problem = String(cause);
      if (problem !== this.#problem && !this.#isStopped) this.#options.report(this.#options.what, cause);
      this.#problem = problem;
      return false;
    }
  }
}
