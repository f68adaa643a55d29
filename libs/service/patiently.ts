import type { Clock } from '#libs/clock';
import { Transient } from '#libs/contracts';

export interface Patience {
  readonly clock: Clock;
  /** For whom it may concern: `the database`. */
  readonly what: string;
  readonly say: (words: string) => void;
  /** Aborted when nobody needs it any more. */
  readonly signal: AbortSignal;
}

const PAUSE_MS = 500;

/** Tries again for as long as what it meets is `Transient`, and says so once. Throws anything else. */
export const patiently = async <T>({ clock, what, say, signal }: Patience, attempt: () => Promise<T>): Promise<T> => {
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (cause) {
      const absence = transientIn(cause);
      if (!absence) throw cause;
      if (isFirst) say(`waits for ${what}: ${absence.message}`);
    }
    await clock.sleep(PAUSE_MS, signal);
  }
};

/** Those who start something tell what they were doing when it happened. */
const transientIn = (cause: unknown): Transient | null => {
  if (cause instanceof Transient) return cause;
  return cause instanceof Error && cause.cause !== undefined ? transientIn(cause.cause) : null;
};
