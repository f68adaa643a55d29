import type { Clock } from '#libs/clock';
import type { BerthEvent, Generation } from '#libs/contracts';
import type { EventLog, EventQuery } from '#libs/event-log';
import { Bell } from './bell.ts';
import { readPage } from './page.ts';
import { standOf } from './stand.ts';

const PAGE = 200;
/** The floor under a lost wake-up. */
const POLL_MS = 1000;
const HEARTBEAT_MS = 15_000;

/** A place in the log; without an incarnation in that of today. */
export interface From extends Omit<Generation, 'incarnation'> {
  readonly incarnation: number | null;
}

export interface FollowOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly query: Omit<EventQuery, 'limit' | 'after' | 'before' | 'order'>;
  readonly after: From;
  readonly signal: AbortSignal;
}

/** The log went back or aside; it is told on after the position. `isBack`: what was told beyond it is no longer part of the log. */
interface Raised extends Generation {
  readonly from: number;
  readonly isBack: boolean;
}

/** What a follower is told: events, that the log is in another incarnation, or after 15 s of silence that the line is alive. */
export type Word = { readonly incarnation: number; readonly events: readonly BerthEvent[] } | { readonly raised: Raised } | 'alive';

/**
 * Every matching event after a position, in order, once, until the signal. No more than a page is held: whoever takes words slowly is told
 * on from the log.
 */
export async function* follow({ log, clock, query, after, signal }: FollowOptions): AsyncGenerator<Word> {
  const bell = new Bell(clock);
  const ring = (): void => bell.ring();
  const stopListening = log.onAppended(ring);
  signal.addEventListener('abort', ring);
  let { incarnation, position } = after;
  let spokeAt = clock.monotonic();
  try {
    while (!signal.aborted) {
      const page = await readPage(log, { ...query, after: position, limit: PAGE });
      const from = incarnation ?? page.head.incarnation;
      incarnation = page.head.incarnation;
      let word: Word | null = null;
      if (from !== incarnation) {
        const stand = await standOf(log, page.head, { incarnation: from, position });
        position = stand.position;
        word = { raised: { from, incarnation, ...stand } };
      } else {
        position = page.next ?? position;
        if (page.events.length > 0) word = { incarnation, events: page.events };
        else if (clock.monotonic() - spokeAt >= HEARTBEAT_MS) word = 'alive';
      }
      if (word !== null) {
        yield word;
        spokeAt = clock.monotonic();
      }
      if (from === incarnation && page.isLast) await bell.wait(POLL_MS);
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', ring);
  }
}
