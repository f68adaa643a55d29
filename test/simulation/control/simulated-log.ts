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
  readonly acknowledged: number[] = [];

  constructor(store: MemoryEventLog, chance: Chance, trace: Trace) {
    this.store = store;
    this.chance = chance;
    this.trace = trace;
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
      const results = await store.append(items);
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

  override raiseIncarnation(wish: Parameters<EventLog['raiseIncarnation']>[0]): ReturnType<EventLog['raiseIncarnation']> {
    return this.#ask(() => this.#server.store.raiseIncarnation(wish));
  }

  override onAppended(wake: () => void): () => void {
    return this.#server.store.onAppended(() => this.#process.after(this.#server.chance.between(1, 8), wake));
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    const { chance } = this.#server;
    return this.#process.ask(chance.between(1, 4), chance.between(1, 4), () => {
      if (this.#server.isAway) throw new Transient('reach the log: it is away');
      return work();
    });
  }
}
