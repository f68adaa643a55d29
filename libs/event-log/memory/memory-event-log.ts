import type { Clock } from '#libs/clock';
import { type BerthEvent, type EventData, type EventId, editions, FIRST_FORMAT, LANES, type StreamName, streams } from '#libs/contracts';
import {
  type AppendItem,
  type AppendResult,
  type CheckpointMove,
  EventLog,
  type EventQuery,
  type Head,
  type IncarnationWish,
} from '../event-log.ts';
import { isSameEvent, type Proposal, type ProposedEvent, propose, streamsOf } from '../proposal.ts';
import { fits, isMentioned, limitOf } from '../query.ts';
import { chainHash, GENESIS, readStored, type StoredEvent } from '../stored.ts';
import type { Chained } from '../verify-chain.ts';
import { freezeDeep } from './freeze-deep.ts';

interface Checkpoint {
  readonly position: number;
  readonly fence: number;
}

/** The log of one process, kept nowhere else: the twin of `PostgresEventLog` for tests and simulated worlds. */
export class MemoryEventLog extends EventLog implements Chained {
  readonly #clock: Clock;
  readonly #editions: typeof editions;
  /** Of the newest `FormatRaised`. */
  #format = FIRST_FORMAT;
  /** Events by position less one. */
  readonly #stored: StoredEvent[] = [];
  readonly #read: BerthEvent[] = [];
  readonly #byId = new Map<string, StoredEvent>();
  readonly #versions = new Map<StreamName, number>();
  readonly #checkpoints = new Map<string, Checkpoint>();
  readonly #lanes: number[] = new Array(LANES).fill(0);
  readonly #wakes = new Set<() => void>();
  #incarnation = 1;

  constructor(clock: Clock, known = editions) {
    super();
    this.#editions = known;
    this.#clock = clock;
  }

  async append(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    const at = Math.max(this.#clock.now(), this.#stored.at(-1)?.at ?? 0);
    const touched = new Set<StreamName>();
    const results = items.map((item): AppendResult => {
      const proposal = propose(item, { editions: this.#editions, format: this.#format });
      if ('refused' in proposal) return { status: 'refused', reason: proposal.refused };
      return this.#judge(proposal, touched) ?? this.#accept(proposal, at, touched);
    });
    if (touched.size > 0) for (const wake of [...this.#wakes]) wake();
    return results;
  }

  async head(): Promise<Head> {
    const hash = this.#stored.at(-1)?.hash ?? GENESIS;
    return { incarnation: this.#incarnation, position: this.#stored.length, hash, lanes: [...this.#lanes] };
  }

  async read(query: EventQuery): Promise<readonly BerthEvent[]> {
    const limit = limitOf(query);
    const found: BerthEvent[] = [];
    const [first, last] = [
      Math.max(0, query.after ?? 0),
      Math.min(this.#stored.length, (query.before ?? Number.POSITIVE_INFINITY) - 1) - 1,
    ];
    const isNewestFirst = query.order === 'newest';
    for (let n = 0; n <= last - first && found.length < limit; n++) {
      const stored = this.#stored[isNewestFirst ? last - n : first + n];
      if (!stored || !fits(stored, query)) continue;
      const event = this.#eventAt(stored);
      if (isMentioned(event, query)) found.push(event);
    }
    return found;
  }

  async readStream(stream: StreamName): Promise<readonly BerthEvent[]> {
    return this.#stored.filter((stored) => stored.stream === stream).map((stored) => this.#eventAt(stored));
  }

  async find(id: EventId): Promise<BerthEvent | null> {
    const stored = this.#byId.get(id);
    return stored ? this.#eventAt(stored) : null;
  }

  async hashAt(position: number): Promise<string | null> {
    return this.#stored[position - 1]?.hash ?? null;
  }

  async checkpoint(consumer: string, lane: number): Promise<number> {
    return this.#checkpoints.get(checkpointName(consumer, lane))?.position ?? 0;
  }

  async moveCheckpoint({ consumer, lane, incarnation, from, to, fence }: CheckpointMove): Promise<boolean> {
    const name = checkpointName(consumer, lane);
    const stands = this.#checkpoints.get(name) ?? { position: 0, fence: 0 };
    if (incarnation !== this.#incarnation || from !== stands.position || fence < stands.fence) return false;
    this.#checkpoints.set(name, { position: to, fence });
    return true;
  }

  async raiseIncarnation({ id, from, reason, words, actor }: IncarnationWish): Promise<Head> {
    if (from !== this.#incarnation) return this.head();
    const incarnation = from + 1;
    const data = {
      incarnation,
      until: { incarnation: from, position: this.#stored.length },
      reason,
      ...(words === undefined ? {} : { words }),
    };
    const event = { id, type: 'IncarnationRaised', data, actor, correlation: id, causation: null } as const;
    this.#incarnation = incarnation;
    const expected = { [streams.platform]: this.#versions.get(streams.platform) ?? 0 };
    await this.append([{ incarnation, expected, events: [{ stream: streams.platform, event }] }]);
    return this.head();
  }

  /** Forgets the newest events, and where checkpoints had moved with them, as a database does that was restored, or that took over from another one without its tail. */
  loseAfter(position: number): void {
    for (const { id, lane, stream } of this.#stored.splice(position)) {
      this.#byId.delete(id);
      this.#lanes[lane] = (this.#lanes[lane] ?? 0) - 1;
      this.#versions.set(stream, (this.#versions.get(stream) ?? 0) - 1);
    }
    this.#read.length = Math.min(this.#read.length, position + 1);
    for (const [name, { position: to, fence }] of this.#checkpoints)
      this.#checkpoints.set(name, { position: Math.min(to, position), fence });
  }

  onAppended(wake: () => void): () => void {
    // One listener may come twice.
    const own = (): void => wake();
    this.#wakes.add(own);
    return () => void this.#wakes.delete(own);
  }

  async readStored(after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#stored.slice(after, after + limit);
  }

  /** Null when nothing stands against it. `append_items` judges in the same order with the same words. */
  #judge({ incarnation, expected, events }: Proposal, touched: ReadonlySet<StreamName>): AppendResult | null {
    if (incarnation !== this.#incarnation) return { status: 'incarnation', actual: this.#incarnation };
    const known = events.length > 0 ? this.#judgeIds(events) : null;
    if (known) return known;
    const twice = events.find(({ stream }) => touched.has(stream));
    if (twice) return { status: 'refused', reason: `append to ${twice.stream}: an earlier item of this call appended to it` };
    for (const { stream, version } of expected) {
      const actual = this.#versions.get(stream) ?? 0;
      if (actual !== version) return { status: 'conflict', stream, actual };
    }
    return null;
  }

  #judgeIds(events: readonly ProposedEvent[]): AppendResult | null {
    const positions: number[] = [];
    for (const event of events) {
      const known = this.#byId.get(event.id);
      if (known && !isSameEvent(known, event))
        return { status: 'refused', reason: `append event ${event.id}: it is in the log with other bytes` };
      if (known) positions.push(known.position);
    }
    if (positions.length === 0) return null;
    if (positions.length < events.length)
      return { status: 'refused', reason: 'append item: some of its events are in the log and some are not' };
    return { status: 'already', positions };
  }

  #accept(proposal: Proposal, at: number, touched: Set<StreamName>): AppendResult {
    const positions = proposal.events.map((event) => this.#insert(event, at));
    for (const stream of streamsOf(proposal)) touched.add(stream);
    return { status: 'appended', positions };
  }

  #insert(event: ProposedEvent, at: number): number {
    const laneNo = (this.#lanes[event.lane] ?? 0) + 1;
    const version = (this.#versions.get(event.stream) ?? 0) + 1;
    const unsealed = { ...event, position: this.#stored.length + 1, incarnation: this.#incarnation, laneNo, version, at };
    const stored: StoredEvent = Object.freeze({ ...unsealed, hash: chainHash(this.#stored.at(-1)?.hash ?? GENESIS, unsealed) });
    this.#lanes[event.lane] = laneNo;
    this.#versions.set(event.stream, version);
    this.#byId.set(event.id, stored);
    this.#stored.push(stored);
    if (stored.type === 'FormatRaised')
      this.#format = Math.max(this.#format, (JSON.parse(stored.data) as EventData<'FormatRaised'>).format);
    return stored.position;
  }

  /** Read from its text once, and frozen: readers share it. */
  #eventAt(stored: StoredEvent): BerthEvent {
    const event = this.#read[stored.position] ?? freezeDeep(readStored(stored, this.#editions));
    this.#read[stored.position] = event;
    return event;
  }
}

const checkpointName = (consumer: string, lane: number): string => `${lane} ${consumer}`;
