import type { ConfirmChannel } from 'amqplib';
import type { Clock } from '#libs/clock';
import type { Link } from './link.ts';

export interface StandingChannelOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** Makes the channel ready, each time it was opened. `reopen` gives it up for a new one. */
  readonly setUp: (channel: ConfirmChannel, reopen: () => void) => Promise<void>;
  /** Called when messages can be written that could not be before. */
  readonly onReady?: () => void;
}

const PAUSE_MS = 200;
/** A broker that has no room, or is frozen, does not answer a goodbye. */
const GOODBYE_MS = 2000;
/** The same complaint is told once in this time. */
const QUIET_MS = 60_000;

/** A channel that is opened and set up anew whenever it was lost: the broker closed it, deleted its queue, or went. */
export class StandingChannel {
  readonly #link: Link;
  readonly #options: StandingChannelOptions;
  readonly #running: Promise<void>;
  readonly #stopping = new AbortController();
  readonly #started = Promise.withResolvers<void>();
  /** Said goodbye, though the broker may not have answered. */
  readonly #gone = Promise.withResolvers<void>();
  #current: ConfirmChannel | null = null;
  #told: { readonly words: string; readonly at: number } | null = null;

  constructor(link: Link, options: StandingChannelOptions) {
    this.#link = link;
    this.#options = options;
    if (!link.isConnected) this.#started.resolve();
    this.#running = this.#run();
  }

  /** Null while there is none. */
  get current(): ConfirmChannel | null {
    return this.#current;
  }

  /** Resolves when the channel was ready once, or failed once, or the broker is away. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#started.resolve();
    if (!this.#current) return;
    await this.#end(this.#current);
    this.#gone.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#live().catch((cause: unknown) => this.#tell(cause));
      this.#started.resolve();
      await this.#options.clock.sleep(PAUSE_MS, this.#stopping.signal).catch(() => undefined);
    }
  }

  /** One channel, from its opening to its end. */
  async #live(): Promise<void> {
    const channel = await this.#link.openChannel();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    channel.on('error', (cause) => this.#tell(cause));
    channel.on('close', end);
    try {
      if (!this.#stopping.signal.aborted) await this.#options.setUp(channel, () => void this.#end(channel));
      if (this.#stopping.signal.aborted) return;
      this.#current = channel;
      this.#started.resolve();
      this.#options.onReady?.();
      await Promise.race([ended, this.#gone.promise]);
    } finally {
      this.#current = null;
      await this.#end(channel);
    }
  }

  /** Closes a channel that may be closed already. */
  async #end(channel: ConfirmChannel): Promise<void> {
    const impatience = new AbortController();
    // What was already closed says so: that is all that is wanted.
    const goodbye = channel.close().catch(() => undefined);
    const ended = new Promise((resolve) => channel.once('close', resolve));
    const late = this.#options.clock.sleep(GOODBYE_MS, impatience.signal).catch(() => undefined);
    await Promise.race([goodbye, ended, late]);
    impatience.abort();
  }

  #tell(cause: unknown): void {
    if (this.#stopping.signal.aborted || !this.#link.isConnected) return;
    const { clock, report, name } = this.#options;
    const words = cause instanceof Error ? cause.message : String(cause);
    if (this.#told?.words === words && clock.monotonic() - this.#told.at < QUIET_MS) return;
    this.#told = { words, at: clock.monotonic() };
    report(`keep channel of ${name}`, cause);
  }
}
