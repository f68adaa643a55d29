import type { BerthEvent } from '#libs/contracts';
import type { EventLog } from './event-log.ts';
import { Unreadable } from './unreadable.ts';

/** The events after a position, oldest first, up to the first that can't be read. */
export const readAsFarAs = async (
  log: EventLog,
  after: number,
  limit: number,
): Promise<{ readonly events: readonly BerthEvent[]; readonly unreadable: Unreadable | null }> => {
  try {
    return { events: await log.read({ after, limit }), unreadable: null };
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    const sound = cause.event.position - after - 1;
    return { events: sound > 0 ? await log.read({ after, limit: sound }) : [], unreadable: cause };
  }
};
