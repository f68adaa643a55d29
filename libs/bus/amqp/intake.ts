import type { Channel, ConsumeMessage } from 'amqplib';
import type { Clock } from '#libs/clock';

export interface IntakeOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** At most so many messages at a time. */
  readonly limit: number;
  /** What it throws is reported, and it gets the same messages again. An empty array says that messages may have been missed. */
  readonly handle: (messages: readonly ConsumeMessage[]) => Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/**
 * Hands messages to one handler at a time, oldest first, and acknowledges them when it is done with them. Messages of a channel that was
 * lost are forgotten, as the broker hands them out again; they are never requeued alone, which would change their order.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #source: Channel | null = null;
  #waiting: ConsumeMessage[] = [];
  #mayHaveMissed = false;
  #ring: () => void = () => undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** From now on messages come by this channel. */
  follow(source: Channel): void {
    this.#source = source;
    this.#waiting = [];
  }

  /** This channel has ended. */
  leave(source: Channel): void {
    if (source !== this.#source) return;
    this.#source = null;
    this.#waiting = [];
  }

  take(source: Channel, message: ConsumeMessage): void {
    if (source !== this.#source) return;
    this.#waiting.push(message);
    this.#ring();
  }

  /** Hands over an empty array before the next messages. */
  tellOfMissed(): void {
    this.#mayHaveMissed = true;
    this.#ring();
  }

  /** Resolves when no handler runs any more and what it did is acknowledged. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const source = this.#source;
      if (this.#mayHaveMissed) {
        this.#mayHaveMissed = false;
        await this.#handled([], source);
      } else if (source && this.#waiting.length > 0) {
        const messages = this.#waiting.splice(0, this.#options.limit);
        if (await this.#handled(messages, source)) acknowledge(source, messages);
      } else await this.#rung();
    }
  }

  /** Tries until it works, or the messages are no longer ours. */
  async #handled(messages: readonly ConsumeMessage[], source: Channel | null): Promise<boolean> {
    for (let pause = FIRST_PAUSE_MS; this.#isOurs(source); pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        await this.#options.handle(messages);
        return true;
      } catch (cause) {
        this.#options.report(`handle ${messages.length} of ${this.#options.name}`, cause);
        await this.#options.clock.sleep(pause, this.#stopping.signal).catch(() => undefined);
      }
    }
    return false;
  }

  #isOurs(source: Channel | null): boolean {
    return !this.#stopping.signal.aborted && source === this.#source;
  }

  #rung(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ring = resolve;
    return promise;
  }
}

/** Fails when the channel was lost meanwhile: then they come again. */
const acknowledge = (source: Channel, messages: readonly ConsumeMessage[]): void => {
  const last = messages.at(-1);
  try {
    if (last) source.ack(last, true);
  } catch {
    // The broker gives them to somebody again: at least once is the promise.
  }
};
