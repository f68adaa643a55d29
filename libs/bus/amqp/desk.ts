import type { Channel, ConsumeMessage } from 'amqplib';
import type { Clock } from '#libs/clock';

interface DeskOptions {
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** Settles the messages of one channel, each by itself: what fails is tried again in place, later and later. */
export class Desk {
  readonly tag = 'desk';
  readonly #source: Channel;
  readonly #settle: (message: ConsumeMessage) => Promise<void>;
  readonly #options: DeskOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(source: Channel, settle: (message: ConsumeMessage) => Promise<void>, options: DeskOptions) {
    this.#source = source;
    this.#settle = settle;
    this.#options = options;
  }

  take(message: ConsumeMessage): void {
    const work: Promise<void> = this.#work(message).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  /** Takes nothing more, waits for what runs, and leaves what failed to the next one who gets it. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#source.cancel(this.tag).catch(() => undefined);
    await Promise.all(this.#running);
  }

  async #work(message: ConsumeMessage): Promise<void> {
    const { clock, report } = this.#options;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        await this.#settle(message);
        return this.#source.ack(message);
      } catch (cause) {
        // The channel's end is among the causes: then the message comes again by another one.
        if (this.#stopping.signal.aborted) return;
        report(`settle request ${message.properties.messageId}`, cause);
        await clock.sleep(pause, this.#stopping.signal).catch(() => undefined);
        if (this.#stopping.signal.aborted) return;
      }
    }
  }
}
