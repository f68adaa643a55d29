import { Transient } from '#libs/contracts';
import { type AppendItem, type AppendResult, EventLog, MemoryEventLog } from '#libs/event-log';
import type { Chance } from '../world/chance.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';

/** The one database. What it holds outlives every process. */
export class LogServer {
  readonly store: MemoryEventLog;
  readonly chance: Chance;
  readonly trace: Trace;
  isAway = false;
  /** How often the answer to an append gets lost although it was made. */
  lostReplies = 0;
  /** The longest that a call and its answer take each, in ms. */
  slowness = 4;
  acknowledged: number[] = [];
  /** Told of what was decided on another incarnation of the log than the one that took it. */
  onStale: (words: string) => void = () => undefined;

  constructor(store: MemoryEventLog, chance: Chance, trace: Trace) {
    this.store = store;
    this.chance = chance;
    this.trace = trace;
  }

  /** As a database that was restored, or that took over from another one without its tail. Gives the position that is the newest now. */
  async loseTail(count: number): Promise<number> {
    const { position } = await this.store.head();
    const kept = Math.max(0, position - count);
    this.store.loseAfter(kept);
    this.acknowledged = this.acknowledged.filter((each) => each <= kept);
    return kept;
  }
}

/** The log as one process reaches it. */
export class SimulatedLog extends EventLog {
  readonly #process: Process;
  readonly #server: LogServer;

  constructor(process: Process, server: LogServer) {
    super();
    this.#process = process;
    this.#server = server;
  }

  override append(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    const { store, chance, trace } = this.#server;
    const isReplyLost = chance.happens(this.#server.lostReplies);
    return this.#ask(async () => {
      const { incarnation } = await store.head();
      const results = await store.append(items);
      for (const [nth, item] of items.entries())
        if (results[nth]?.status === 'appended' && item.incarnation !== incarnation)
          this.#server.onStale(
            `${item.events.map(({ event }) => event.type).join(', ')} of incarnation ${item.incarnation} came into incarnation ${incarnation}`,
          );
      for (const result of results) trace.sometimes(`append: ${result.status}`);
      if (isReplyLost) {
        trace.sometimes('append: reply lost');
        throw new Transient('append: the answer got lost');
      }
      for (const result of results) if (result.status === 'appended') this.#server.acknowledged.push(...result.positions);
      return results;
    });
  }

  override head(): ReturnType<EventLog['head']> {
    return this.#ask(() => this.#server.store.head());
  }

  override read(query: Parameters<EventLog['read']>[0]): ReturnType<EventLog['read']> {
    return this.#ask(() => this.#server.store.read(query));
  }

  override readStream(stream: string): ReturnType<EventLog['readStream']> {
    return this.#ask(() => this.#server.store.readStream(stream));
  }

  override find(id: Parameters<EventLog['find']>[0]): ReturnType<EventLog['find']> {
    return this.#ask(() => this.#server.store.find(id));
  }

  override hashAt(position: number): Promise<string | null> {
    return this.#ask(() => this.#server.store.hashAt(position));
  }

  override checkpoint(consumer: string, lane: number): Promise<number> {
    return this.#ask(() => this.#server.store.checkpoint(consumer, lane));
  }

  override moveCheckpoint(move: Parameters<EventLog['moveCheckpoint']>[0]): Promise<boolean> {
    return this.#ask(() => this.#server.store.moveCheckpoint(move));
  }

  override raiseIncarnation(wish: Parameters<EventLog['raiseIncarnation']>[0]): ReturnType<EventLog['raiseIncarnation']> {
    return this.#ask(() => this.#server.store.raiseIncarnation(wish));
  }

  override onAppended(wake: () => void): () => void {
    return this.#server.store.onAppended(() => this.#process.after(this.#server.chance.between(1, 8), wake));
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    const { chance, slowness } = this.#server;
    return this.#process.ask(chance.between(1, slowness), chance.between(1, slowness), () => {
      if (this.#server.isAway) throw new Transient('reach the log: it is away');
      return work();
    });
  }
}
