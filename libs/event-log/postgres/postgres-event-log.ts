import type pg from 'pg';
import type { Clock } from '#libs/clock';
import { editions as allEditions, type BerthEvent, type Editions, type EventId, type StreamName, Transient } from '#libs/contracts';
import { ArchiveFiles } from '../archive/archive-files.ts';
import {
  type AppendItem,
  type AppendResult,
  type CheckpointMove,
  EventLog,
  type EventQuery,
  type Head,
  type IncarnationWish,
} from '../event-log.ts';
import { type Proposal, propose } from '../proposal.ts';
import { readStored, type StoredEvent } from '../stored.ts';
import type { Chained } from '../verify-chain.ts';
import { type AppendAnswer, appendCall, resultsOf } from './append-call.ts';
import { AppendQueue } from './append-queue.ts';
import { ArchivedRows } from './archived-rows.ts';
import { Attestation, isUnattested } from './attestation.ts';
import { failureOf, troubleOf } from './failures.ts';
import { keyOfEvent, keysAsked, MENTIONS_CONSUMER } from './mentions.ts';
import { PlatformFormat } from './platform-format.ts';
import { readMentioned } from './read-mentioned.ts';
import { COLUMNS, type EventRow, storedOf } from './rows.ts';
import { type Select, selectEvents, selectMentioned } from './selects.ts';
import { Wakes } from './wakes.ts';

export interface PostgresEventLogOptions {
  /** The owner's: it is not ended here. */
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** Whose time events get. The database's is one for all replicas; the clock's is for tests and simulated worlds. */
  readonly timeOf?: 'database' | 'clock';
  /** Where events are read from that left the table. */
  readonly archive?: ArchiveFiles;
  /** Those of this release unless told. */
  readonly editions?: Editions;
}

const TROUBLED_MS = 60_000;

/** Locks the checkpoint's own row and not the head: what stands nowhere yet stands at 0. */
const MOVE = `insert into checkpoints as c (consumer, lane, position, fence)
  select $1, $2, $5, $6 from head
    where incarnation = $3 and ($4 = 0 or exists (select from checkpoints where consumer = $1 and lane = $2))
  on conflict (consumer, lane) do update set position = excluded.position, fence = excluded.fence
    where c.position = $4 and c.fence <= excluded.fence
  returning true`;

/** The log in PostgreSQL; `migrate` makes its tables. */
export class PostgresEventLog extends EventLog implements Chained {
  readonly #pool: pg.Pool;
  readonly #moment: () => number | null;
  readonly #queue: AppendQueue;
  readonly #wakes: Wakes;
  readonly #attestation: Attestation;
  readonly #clock: Clock;
  readonly #archived: ArchivedRows;
  readonly #editions: Editions;
  readonly #format: PlatformFormat;
  /** The last append, where it failed; by the monotonic clock. */
  #trouble: { readonly words: string; readonly at: number } | null = null;

  constructor({ pool, clock, report, timeOf = 'database', archive, editions = allEditions }: PostgresEventLogOptions) {
    super();
    this.#pool = pool;
    this.#clock = clock;
    this.#moment = timeOf === 'clock' ? () => clock.now() : () => null;
    this.#queue = new AppendQueue(
      (proposals) => this.#send(proposals),
      (cause) => cause instanceof Transient,
    );
    this.#attestation = new Attestation(
      (doing, sql, values) => this.#query(doing, sql, values),
      (wish) => this.#raise(wish),
    );
    this.#archived = new ArchivedRows((doing, sql, values) => this.#query(doing, sql, values), archive ?? new ArchiveFiles(null));
    this.#editions = editions;
    this.#format = new PlatformFormat({ clock, editions, read: () => this.#readFormat() });
    const attest = (): void => void this.#attest().catch((cause: unknown) => report('attest the head', cause));
    this.#wakes = new Wakes(pool.options, clock, report, attest);
  }

  /** Hears from now on of appends by other programs. */
  async start(): Promise<void> {
    await this.#wakes.open();
    await this.#attest();
  }

  /** Waits for appends that are under way. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#wakes.close();
  }

  async append(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    const writing = await this.#format.writing();
    const proposals = items.map((item) => propose(item, writing));
    const sound = proposals.filter((proposal): proposal is Proposal => !('refused' in proposal));
    const judged = [...(sound.length > 0 ? await this.#queue.append(sound) : [])];
    if (sound.some(({ events }) => events.some(({ type }) => type === 'FormatRaised'))) this.#format.forget();
    return proposals.map((proposal) => {
      if ('refused' in proposal) return { status: 'refused', reason: proposal.refused };
      const result = judged.shift();
      if (!result) throw new Error(`append ${items.length} items: the database answered for fewer`);
      return result;
    });
  }

  /** Notices here, too, that the log is not the one that it was. */
  async head(): Promise<Head> {
    const before = this.#attestation.seen;
    const { isAttested, ...head } = await this.#readHead();
    if (isAttested && !this.#attestation.lacks(head, before)) {
      this.#attestation.saw(head);
      return head;
    }
    await this.#attest();
    const { isAttested: _, ...attested } = await this.#readHead();
    return attested;
  }

  /** What keeps the log from being written, in words; null when nothing is known. A failure is told for a minute: perhaps nobody tried again. */
  async hindrance(): Promise<string | null> {
    const sql = `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as frozen`;
    const asked = this.#query<{ standby: boolean; frozen: boolean }>('look whether the log can be written', sql);
    const row = await asked.then(([first]) => first, troubleOf);
    if (typeof row === 'string') return row;
    if (row?.standby) return 'the database is a standby: it takes no writes';
    if (row?.frozen) return 'the database is read-only';
    const isRecent = this.#trouble !== null && this.#clock.monotonic() - this.#trouble.at < TROUBLED_MS;
    return isRecent ? (this.#trouble?.words ?? null) : null;
  }

  async read(query: EventQuery): Promise<readonly BerthEvent[]> {
    const keys = keysAsked(query);
    const plain = (asked: EventQuery) => this.#readBy(selectEvents(asked), asked);
    if (keys.length === 0) return plain(query);
    const known = (asked: EventQuery) => this.#readBy(selectMentioned(asked, keys), asked, keys);
    return readMentioned({ places: () => this.#places(), known, plain }, query);
  }

  async readStream(stream: StreamName): Promise<readonly BerthEvent[]> {
    const rows = await this.#select('where stream = $1 order by version', [stream]);
    const whole =
      rows[0]?.version === 1 ? rows : await this.#archived.complete(rows, { query: { stream }, limit: Number.POSITIVE_INFINITY });
    return whole.map((stored) => readStored(stored, this.#editions));
  }

  async find(id: EventId): Promise<BerthEvent | null> {
    const [stored] = await this.#select('where id = $1', [id]);
    const found = stored ?? (await this.#findArchived(id));
    return found ? readStored(found, this.#editions) : null;
  }

  async hashAt(position: number): Promise<string | null> {
    const sql = `select encode(hash, 'hex') as hash from events where position = $1`;
    const [row] = await this.#query<{ hash: string }>('read a hash of the log', sql, [position]);
    return row?.hash ?? this.#archived.hashAt(position);
  }

  async checkpoint(consumer: string, lane: number): Promise<number> {
    const sql = 'select position from checkpoints where consumer = $1 and lane = $2';
    const [row] = await this.#query<{ position: string }>(`read checkpoint of ${consumer}`, sql, [consumer, lane]);
    return Number(row?.position ?? 0);
  }

  async moveCheckpoint({ consumer, lane, incarnation, from, to, fence }: CheckpointMove): Promise<boolean> {
    const moved = await this.#query(`move checkpoint of ${consumer}`, MOVE, [consumer, lane, incarnation, from, to, fence]);
    return moved.length > 0;
  }

  async raiseIncarnation(wish: IncarnationWish): Promise<Head> {
    await this.#raise(wish);
    return this.head();
  }

  onAppended(wake: () => void): () => void {
    return this.#wakes.add(wake);
  }

  async readStored(after: number, limit: number): Promise<readonly StoredEvent[]> {
    const rows = await this.#select('where position > $1 order by position limit $2', [after, limit]);
    return this.#archived.complete(rows, { query: { after }, limit });
  }

  /** Of several that notice a loss one raises. */
  async #raise({ id, from, reason, words, actor }: Omit<IncarnationWish, 'id'> & Partial<IncarnationWish>): Promise<void> {
    const sql = 'select raise_incarnation($1, $2, coalesce($3, gen_random_uuid()::text), $4, $5, $6)';
    await this.#query(`raise the incarnation from ${from}`, sql, [from, reason, id ?? null, actor, this.#moment(), words ?? null]);
    this.#wakes.ring();
  }

  async #attest(): Promise<void> {
    if (await this.#attestation.attest()) this.#wakes.ring();
  }

  async #readHead(): Promise<Head & { readonly isAttested: boolean }> {
    const [row] = await this.#query<{ incarnation: string; position: string; hash: string; lanes: string[]; attested: boolean }>(
      'read head of the log',
      `select incarnation, position, encode(hash, 'hex') as hash, lanes, started is not distinct from server_started() or pg_is_in_recovery()
        as attested from head`,
    );
    if (!row) throw new Error('read head of the log: its row is missing');
    const { hash, lanes, attested: isAttested } = row;
    return { incarnation: Number(row.incarnation), position: Number(row.position), hash, lanes: lanes.map(Number), isAttested };
  }

  async #send(proposals: readonly Proposal[]): Promise<readonly AppendResult[]> {
    try {
      const results = await this.#sendAttested(proposals);
      this.#trouble = null;
      return results;
    } catch (cause) {
      if (cause instanceof Transient) this.#trouble = { words: troubleOf(cause), at: this.#clock.monotonic() };
      throw cause;
    }
  }

  async #sendAttested(proposals: readonly Proposal[]): Promise<readonly AppendResult[]> {
    try {
      return await this.#sendOnce(proposals);
    } catch (cause) {
      if (!isUnattested(cause)) throw cause;
      await this.#attest();
      return this.#sendOnce(proposals);
    }
  }

  async #sendOnce(proposals: readonly Proposal[]): Promise<readonly AppendResult[]> {
    const [row] = await this.#ask<{ answer: AppendAnswer }>('append to the log', appendCall(proposals, this.#moment()));
    if (!row) throw new Error('append to the log: the database did not answer');
    const results = resultsOf(proposals, row.answer);
    if (results.some((result) => result.status === 'appended' && result.positions.length > 0)) this.#wakes.ring();
    return results;
  }

  async #readBy({ text, values }: Select, query: EventQuery, keys: readonly string[] = []): Promise<readonly BerthEvent[]> {
    const rows = (await this.#query<EventRow>('read the log', text, values)).map(storedOf);
    this.#attestation.saw(rows.at(-1));
    const whole = await this.#archived.complete(rows, { query, keys });
    return whole.map((stored) => readStored(stored, this.#editions));
  }

  async #findArchived(id: EventId): Promise<StoredEvent | null> {
    const rows = await this.#query<{ position: string }>('read the log', 'select position from mentions where key = $1', [keyOfEvent(id)]);
    for (const { position } of rows) {
      const stored = await this.#archived.at(Number(position));
      if (stored?.id === id) return stored;
    }
    return null;
  }

  async #readFormat(): Promise<number> {
    const [newest] = await this.#select(`where type = 'FormatRaised' order by position desc limit 1`, []);
    return newest ? (JSON.parse(newest.data) as { format: number }).format : this.#archived.format();
  }

  async #places(): Promise<{ readonly filled: number; readonly head: number }> {
    const sql = 'select head.position as head, coalesce(c.position, 0) as filled from head left join checkpoints c on c.consumer = $1';
    const [row] = await this.#query<{ head: string; filled: string }>('read the log', sql, [MENTIONS_CONSUMER]);
    return { head: Number(row?.head ?? 0), filled: Number(row?.filled ?? 0) };
  }

  async #select(rest: string, values: readonly unknown[]): Promise<readonly StoredEvent[]> {
    const stored = (await this.#query<EventRow>('read the log', `select ${COLUMNS} from events ${rest}`, values)).map(storedOf);
    this.#attestation.saw(stored.at(-1));
    return stored;
  }

  #query<R extends object>(doing: string, sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    return this.#ask(doing, { text: sql, values: [...values] });
  }

  async #ask<R extends object>(doing: string, query: pg.QueryConfig): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(query)).rows;
    } catch (cause) {
      throw failureOf(doing, cause);
    }
  }
}
