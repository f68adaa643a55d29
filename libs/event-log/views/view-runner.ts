import type pg from 'pg';
import { type BerthEvent, Transient } from '#libs/contracts';
import type { EventLog } from '../event-log.ts';
import { failureOf } from '../postgres/failures.ts';
import { readAsFarAs } from '../read-as-far-as.ts';
import type { Unreadable } from '../unreadable.ts';

/** A read model: tables that are made from the log alone. */
export interface View {
  /** Names its checkpoint; a view of another shape gets another name and reads the log from its beginning. */
  readonly name: string;
  /** Writes its tables through this client only, inside a transaction that the runner owns. Events come once, in order. */
  apply(client: pg.PoolClient, events: readonly BerthEvent[]): Promise<void>;
}

export interface ViewRunnerOptions {
  readonly pool: pg.Pool;
  readonly log: EventLog;
  readonly view: View;
  /** Told once of an event that can't be read. */
  readonly report?: (problem: string, cause: unknown) => void;
}

/** A view stands before an event that this release can't read, and says which. A newer release goes on from there. */
export class Halted extends Transient {
  readonly unreadable: Unreadable;

  constructor(name: string, unreadable: Unreadable) {
    const { event, why } = unreadable;
    super(`view ${name} is halted before position ${event.position}: event ${event.id} (${event.type}) can not be read: ${why}`);
    this.unreadable = unreadable;
  }
}

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

const BATCH = 1000;

/**
 * Feeds a view: its tables and its checkpoint move in one transaction, and nothing is appended. It halts before an event that can't be read,
 * and looks again with the next news: nothing is ever skipped.
 */
export class ViewRunner {
  readonly #options: ViewRunnerOptions;
  #position = 0;
  #incarnation = 1;
  #halt: Halted | null = null;
  #isStopped = false;
  #waiters: Waiter[] = [];
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ViewRunnerOptions) {
    this.#options = options;
  }

  /** The view holds what the log says up to here. */
  get position(): number {
    return this.#position;
  }

  /** What keeps it from going on, in words; null when nothing does. */
  get hindrance(): string | null {
    return this.#halt?.message ?? null;
  }

  /** Reads the log to its head. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      this.#incarnation = (await this.#options.log.head()).incarnation;
      await this.#readOn();
    });
  }

  /**
   * Takes a batch of the feed: what is known already is dropped, a gap is read from the log. News of an incarnation that ended are none; with the
   * first of a new one it stands where its tables stand, which went back together with the log.
   */
  take(events: readonly BerthEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      const newest = Math.max(this.#incarnation, ...events.map(({ incarnation }) => incarnation));
      if (newest > this.#incarnation) await this.#enter(newest);
      const fresh = events.filter((event) => event.position > this.#position && event.incarnation === this.#incarnation);
      if (fresh[0]?.position === this.#position + 1) await this.#apply(fresh);
      if (this.#position < (fresh.at(-1)?.position ?? 0)) await this.#readOn();
    });
  }

  /** Resolves when the view holds this position; it reads the log for it at once and does not wait for the feed. Throws `Halted` where it can't. */
  async caughtUpTo(position: number): Promise<void> {
    if (this.#position >= position) return;
    await this.#inTurn(() => this.#readOn());
    if (this.#position >= position) return;
    if (this.#isStopped) throw stopped(this.#options.view.name);
    if (this.#halt) throw this.#halt;
    await new Promise<void>((resolve, reject) => this.#waiters.push({ position, resolve, reject }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#queue;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(stopped(this.#options.view.name));
  }

  /** Runs one thing at a time; a failure is the caller's to see and holds nothing up. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => (this.#isStopped ? undefined : work()));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #enter(incarnation: number): Promise<void> {
    await this.#apply([]);
    this.#incarnation = incarnation;
  }

  async #readOn(): Promise<void> {
    if (this.#position === 0) await this.#apply([]);
    for (;;) {
      const { events, unreadable } = await readAsFarAs(this.#options.log, this.#position, BATCH);
      if (events.length === 0 && !unreadable) return this.#goOn();
      await this.#apply(events);
      // Another replica, of a newer release, may have moved the checkpoint past what this one can't read.
      if (unreadable && unreadable.event.position > this.#position) return this.#stopBefore(unreadable);
      // It ends early where another replica had moved the checkpoint: then there is more to read.
      if (!unreadable && events.length < BATCH && this.#position >= (events.at(-1)?.position ?? 0)) return this.#goOn();
    }
  }

  #goOn(): void {
    this.#halt = null;
  }

  #stopBefore(unreadable: Unreadable): void {
    const { report, view } = this.#options;
    if (this.#halt?.unreadable.event.id !== unreadable.event.id) report?.(`keep view ${view.name}`, unreadable);
    this.#halt = new Halted(view.name, unreadable);
  }

  /** Where the checkpoint stands elsewhere than we thought (another replica moved it), only our own position moves. */
  async #apply(events: readonly BerthEvent[]): Promise<void> {
    const { pool, view } = this.#options;
    const client = await pool.connect();
    // While it is ours the pool does not listen to it: without this, a connection cut off between two queries would end the process.
    client.on('error', ignore);
    try {
      await client.query('begin');
      const stored = await lockCheckpoint(client, view.name);
      const last = events.at(-1);
      if (stored === this.#position && last) {
        await view.apply(client, events);
        await moveCheckpoint(client, view.name, last.position);
      }
      await client.query('commit');
      this.#arrive(stored === this.#position && last ? last.position : stored);
      client.release();
    } catch (cause) {
      // A connection whose transaction failed is not given back: what it holds is unknown.
      client.release(true);
      throw failureOf(`write view ${view.name}`, cause);
    } finally {
      client.off('error', ignore);
    }
  }

  #arrive(position: number): void {
    this.#position = position;
    const arrived = this.#waiters.filter((waiter) => waiter.position <= position);
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position);
    for (const waiter of arrived) waiter.resolve();
  }
}

/** The next query fails by it. */
const ignore = (): void => undefined;

const stopped = (name: string): Transient => new Transient(`wait for view ${name}: it was stopped`);

/** No lane: a view reads the whole log. */
const NO_LANE = -1;

const lockCheckpoint = async (client: pg.PoolClient, name: string): Promise<number> => {
  const key = [`view:${name}`, NO_LANE];
  await client.query('insert into checkpoints (consumer, lane, position) values ($1, $2, 0) on conflict do nothing', key);
  const { rows } = await client.query<{ position: string }>(
    'select position from checkpoints where consumer = $1 and lane = $2 for update',
    key,
  );
  return Number(rows[0]?.position ?? 0);
};

const moveCheckpoint = async (client: pg.PoolClient, name: string, position: number): Promise<void> => {
  await client.query('update checkpoints set position = $3 where consumer = $1 and lane = $2', [`view:${name}`, NO_LANE, position]);
};
