import { Clock, type Timer } from '#libs/clock';
import type { Process } from './process.ts';

/** 2026-01-01 in the wall time of a world whose clocks were never touched. */
export const EPOCH = 1_767_225_600_000;

/** The clocks of one machine: its wall time may be set, its monotonic time may not. */
export class MachineTime {
  jumped = 0;
}

export class SimulatedClock extends Clock {
  readonly #process: Process;
  readonly #machine: MachineTime;

  constructor(process: Process, machine: MachineTime) {
    super();
    this.#process = process;
    this.#machine = machine;
  }

  now(): number {
    return EPOCH + Math.floor(this.#process.loop.now) + this.#machine.jumped;
  }

  monotonic(): number {
    return this.#process.loop.now;
  }

  after(ms: number, call: () => void): Timer {
    return this.#process.after(ms, call);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        timer.cancel();
        reject(signal.reason);
      });
    });
  }
}
