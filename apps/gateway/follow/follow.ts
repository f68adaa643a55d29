import type { Clock } from '#libs/clock';
import type { BerthEvent } from '#libs/contracts';
import type { EventLog, EventQuery } from '#libs/event-log';
import { Bell } from './bell.ts';
import { readPage } from './page.ts';

const PAGE = 200;
/** The floor under a lost wake-up. */
const POLL_MS = 1000;
const HEARTBEAT_MS = 15_000;

export interface FollowOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly query: Omit<EventQuery, 'limit' | 'after'>;
  readonly after: number;
  readonly signal: AbortSignal;
}

/** What a follower is told: events, or after 15 s without one that the line is alive. */
export type Word = { readonly events: readonly BerthEvent[] } | 'alive';

/** Every matching event after a position, in order, once, until the signal. */
export async function* follow({ log, clock, query, after, signal }: FollowOptions): AsyncGenerator<Word> {
  const bell = new Bell(clock);
  const ring = (): void => bell.ring();
  const stopListening = log.onAppended(ring);
  signal.addEventListener('abort', ring);
  let position = after;
  let spokeAt = clock.monotonic();
  try {
    while (!signal.aborted) {
      const page = await readPage(log, { ...query, after: position, limit: PAGE });
      position = page.next;
      const word = page.events.length > 0 ? { events: page.events } : clock.monotonic() - spokeAt >= HEARTBEAT_MS ? 'alive' : null;
      if (word !== null) {
        yield word;
        spokeAt = clock.monotonic();
      }
      if (page.isLast) await bell.wait(POLL_MS);
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', ring);
  }
}
