import type { DeploymentId, EventId } from '#libs/contracts';
import { Clock, type Timer } from './clock.ts';
import { Ids } from './ids.ts';

interface Due {
  readonly due: number;
  readonly order: number;
  readonly call: () => void;
}

/** Time that moves only when it is told to: for tests and simulated worlds. Timers fire in order of (time, creation). */
export class ManualClock extends Clock {
  #now: number;
  #monotonic = 0;
  #next = 0;
  readonly #timers: Due[] = [];

  constructor(now = 0) {
    super();
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, call: () => void): Timer {
    const timer = { due: this.#monotonic + ms, order: this.#next++, call };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.due - b.due || a.order - b.order);
    return { cancel: () => void this.#remove(timer) };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const timer = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        timer.cancel();
        reject(signal.reason);
      });
    });
  }

  /** Moves both clocks and fires what falls due on the way. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let timer = this.#timers[0]; timer && timer.due <= end; timer = this.#timers[0]) {
      this.#timers.shift();
      this.#now += timer.due - this.#monotonic;
      this.#monotonic = timer.due;
      timer.call();
    }
    this.#now += end - this.#monotonic;
    this.#monotonic = end;
  }

  #remove(timer: Due): void {
    const index = this.#timers.indexOf(timer);
    if (index >= 0) this.#timers.splice(index, 1);
  }
}

/** Ids that count: the same in every run. */
export class CountingIds extends Ids {
  #count = 0;

  event(): EventId {
    return `00000000-0000-7000-8000-${this.#hex(12)}` as EventId;
  }

  deployment(): DeploymentId {
    const letters = 'abcdefghijklmnop';
    return Array.from(this.#hex(16), (digit) => letters[Number.parseInt(digit, 16)])
      .reverse()
      .join('') as DeploymentId;
  }

  run(): string {
    return `run-${this.#hex(4)}`;
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(count).fill(++this.#count % 256);
  }

  #hex(length: number): string {
    return (++this.#count).toString(16).padStart(length, '0');
  }
}
