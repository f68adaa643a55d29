import type { Instant } from '#libs/contracts';

export interface Timer {
  /** Does nothing when it has fired already. */
  cancel(): void;
}

/** The only source of time. A simulated world has one of its own. */
export abstract class Clock {
  /** Wall time: for tokens, certificates, retention and for people. */
  abstract now(): Instant;
  /** Milliseconds that never jump or run backwards: for leases and waits. */
  abstract monotonic(): number;
  /** Calls once, not before `ms` have passed. */
  abstract after(ms: number, call: () => void): Timer;
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
