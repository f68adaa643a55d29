import type { Loop, Scheduled } from './loop.ts';

/** A running program. What it waits for never comes once it died, and waits while it is paused. */
export class Process {
  readonly name: string;
  readonly loop: Loop;
  readonly #held: (() => void)[] = [];
  #isAlive = true;
  #isPaused = false;

  constructor(name: string, loop: Loop) {
    this.name = name;
    this.loop = loop;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Alive, and not frozen. */
  get isRunning(): boolean {
    return this.#isAlive && !this.#isPaused;
  }

  kill(): void {
    this.#isAlive = false;
    this.#held.length = 0;
  }

  /** As by SIGSTOP. */
  pause(): void {
    this.#isPaused = true;
  }

  /** As by SIGCONT: what fell due meanwhile comes now, in its order. */
  resume(): void {
    this.#isPaused = false;
    for (const call of this.#held.splice(0)) this.loop.after(0, () => this.#enter(call));
  }

  /** Calls inside this program. */
  after(ms: number, call: () => void): Scheduled {
    return this.loop.after(ms, () => this.#enter(call));
  }

  /**
   * Asks something outside: the work is done there after `there` ms, whatever became of this program, and the answer is here `back` ms
   * after that.
   */
  ask<T>(there: number, back: number, work: () => Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.loop.after(there, () => {
        Promise.resolve()
          .then(work)
          .then(
            (answer) => this.after(back, () => resolve(answer)),
            (cause: unknown) => this.after(back, () => reject(cause)),
          );
      });
    });
  }

  #enter(call: () => void): void {
    if (!this.#isAlive) return;
    if (this.#isPaused) this.#held.push(call);
    else call();
  }
}
