import type { Clock } from '#libs/clock';
import type { EventLog } from '#libs/event-log';
import type { ViewRunner } from '#libs/event-log/views';
import { Bell } from '../follow/bell.ts';

interface KnowledgePorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly runner: ViewRunner;
}

/** The floor under a lost wake-up. */
const POLL_MS = 250;

/** Up to where the read model knows the log. */
export class Knowledge {
  readonly #ports: KnowledgePorts;

  constructor(ports: KnowledgePorts) {
    this.#ports = ports;
  }

  get position(): number {
    return this.#ports.runner.position;
  }

  /** Waits at most so long until the position is known; false when it is not. */
  async reaches(position: number, waitMs: number): Promise<boolean> {
    const { log, clock, runner } = this.#ports;
    const until = clock.monotonic() + waitMs;
    const bell = new Bell(clock);
    const stopListening = log.onAppended(() => bell.ring());
    try {
      while (runner.position < position) {
        const left = until - clock.monotonic();
        if (left <= 0) return false;
        // What the log does not hold yet can't be read; who asks for it leaves nothing behind.
        if ((await log.head()).position >= position) await runner.caughtUpTo(position);
        else await bell.wait(Math.min(left, POLL_MS));
      }
      return true;
    } finally {
      stopListening();
    }
  }
}
