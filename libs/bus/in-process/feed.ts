import type { Clock } from '#libs/clock';
import { type EventLog, readOnFrom } from '#libs/event-log';
import { Feed, type FeedBatch, type Subscription } from '../feed.ts';

const BATCH = 100;
const RETRY_MS = 200;
/** The floor under a lost wake-up. */
const POLL_MS = 1000;

/**
 * Tails the log. It wakes on each append that the log tells of, and looks by itself once a second. Where the log lost what was read, it goes on
 * from what the log kept: the first news is that of the new incarnation.
 */
export class InProcessFeed extends Feed {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #report: (problem: string, cause: unknown) => void;

  constructor(log: EventLog, clock: Clock, report: (problem: string, cause: unknown) => void) {
    super();
    this.#log = log;
    this.#clock = clock;
    this.#report = report;
  }

  async subscribe(consumer: string, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription> {
    let { incarnation, position } = await this.#log.head();
    const stopping = new AbortController();
    let wake = Promise.withResolvers<void>();
    const ring = (): void => wake.resolve();
    const stopListening = this.#log.onAppended(ring);

    const run = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        wake = Promise.withResolvers();
        try {
          const events = await this.#log.read({ after: position, limit: BATCH });
          if (events.length === 0 || events.some((event) => event.incarnation !== incarnation)) {
            const stood = { incarnation, position };
            ({ incarnation, position } = await readOnFrom(this.#log, stood));
            if (position < stood.position) continue;
          }
          if (events.length > 0) await handle({ events });
          position = events.at(-1)?.position ?? position;
          if (events.length > 0) continue;
          const poll = this.#clock.after(POLL_MS, ring);
          await wake.promise;
          poll.cancel();
        } catch (cause) {
          this.#report(`feed ${consumer} after position ${position}`, cause);
          await this.#clock.sleep(RETRY_MS);
        }
      }
    };
    const running = run();
    return {
      close: async () => {
        stopping.abort();
        stopListening();
        ring();
        await running;
      },
    };
  }
}
