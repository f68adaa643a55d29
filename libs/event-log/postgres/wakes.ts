import pg from 'pg';
import type { Clock, Timer } from '#libs/clock';
import { failureOf } from './failures.ts';

const CHANNEL = 'berth_appended';
const RETRY_MS = 1000;

/**
 * Wakes who waits for appends: here at once, in other programs by NOTIFY, which is a statement of its own after the commit (inside
 * the append it would hold a lock of the whole database). A wake-up may be lost; readers look by themselves now and then.
 */
export class Wakes {
  readonly #config: pg.ClientConfig;
  readonly #clock: Clock;
  readonly #report: (problem: string, cause: unknown) => void;
  readonly #onReopened: () => void;
  readonly #listeners = new Set<() => void>();
  #client: pg.Client | null = null;
  #retry: Timer | null = null;
  #isClosed = false;
  #isNotifying = false;
  #notified: Promise<void> = Promise.resolve();
  #isDue = false;

  constructor(
    config: pg.ClientConfig,
    clock: Clock,
    report: (problem: string, cause: unknown) => void,
    onReopened = (): void => undefined,
  ) {
    this.#config = config;
    this.#clock = clock;
    this.#report = report;
    this.#onReopened = onReopened;
  }

  add(wake: () => void): () => void {
    // One function may be added twice.
    const own = (): void => wake();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Listens from now on. */
  async open(): Promise<void> {
    const client = new pg.Client(this.#config);
    client.on('error', (cause) => this.#lost(client, cause));
    client.on('end', () => this.#lost(client, new Error('the connection ended')));
    client.on('notification', ({ processId }) => {
      if (processId !== ownProcess(client)) this.#wakeHere();
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (cause) {
      await client.end().catch(() => undefined);
      throw failureOf('listen for appends', cause);
    }
    this.#client = client;
    if (this.#isClosed) await this.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.cancel();
    await this.#notified;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  /** After a commit. What comes while one NOTIFY is under way is told by one more. */
  ring(): void {
    this.#wakeHere();
    this.#isDue = true;
    if (!this.#isNotifying) this.#notified = this.#notify();
  }

  async #notify(): Promise<void> {
    this.#isNotifying = true;
    for (let client = this.#client; this.#isDue && client; client = this.#client) {
      this.#isDue = false;
      // That the connection was lost is noticed and told where it is listened on.
      await client.query(`notify ${CHANNEL}`).catch(() => undefined);
    }
    this.#isNotifying = false;
  }

  #wakeHere(): void {
    for (const wake of [...this.#listeners]) wake();
  }

  #lost(client: pg.Client, cause: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#report('listen for appends', cause);
    client.end().catch(() => undefined);
    this.#reopenLater();
  }

  /** What was appended meanwhile was not heard, so everyone is woken. */
  #reopenLater(): void {
    this.#retry = this.#clock.after(RETRY_MS, () => {
      if (this.#isClosed) return;
      this.open().then(
        () => {
          this.#onReopened();
          this.#wakeHere();
        },
        () => this.#reopenLater(),
      );
    });
  }
}

const ownProcess = (client: pg.Client): number | undefined => ('processID' in client ? Number(client.processID) : undefined);
