import { nextTick } from 'node:process';
import type { AppendResult } from '../event-log.ts';
import { type Proposal, streamsOf } from '../proposal.ts';

interface Call {
  readonly proposals: readonly Proposal[];
  readonly streams: readonly string[];
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (cause: unknown) => void;
}

const MOST_EVENTS = 1000;

/**
 * Group commit: calls of one turn, and those that arrive while one is being committed, are gathered and sent as one. Two that append to one stream never
 * go together, and those to one stream keep their order.
 */
export class AppendQueue {
  readonly #send: (proposals: readonly Proposal[]) => Promise<readonly AppendResult[]>;
  readonly #isTransient: (cause: unknown) => boolean;
  #waiting: Call[] = [];
  #sending: Promise<void> | null = null;

  constructor(send: (proposals: readonly Proposal[]) => Promise<readonly AppendResult[]>, isTransient: (cause: unknown) => boolean) {
    this.#send = send;
    this.#isTransient = isTransient;
  }

  append(proposals: readonly Proposal[]): Promise<readonly AppendResult[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ proposals, streams: proposals.flatMap(streamsOf), resolve, reject });
      this.#sending ??= this.#sendAll();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    await turnEnds();
    while (this.#waiting.length > 0) {
      await this.#sendGroup(this.#nextGroup());
      await turnEnds();
    }
    this.#sending = null;
  }

  /** From the front, as many as fit; a call whose stream is taken waits, and so do later ones of its streams. */
  #nextGroup(): readonly Call[] {
    const taken = new Set<string>();
    const group: Call[] = [];
    const left: Call[] = [];
    let events = 0;
    for (const call of this.#waiting) {
      const fits = events < MOST_EVENTS && !call.streams.some((stream) => taken.has(stream));
      (fits ? group : left).push(call);
      if (fits) events += call.streams.length;
      for (const stream of call.streams) taken.add(stream);
    }
    this.#waiting = left;
    return group;
  }

  /** A fault that is not the storage's absence is one call's own: each is sent alone then, so that its neighbours are not harmed. */
  async #sendGroup(group: readonly Call[]): Promise<void> {
    try {
      const results = await this.#send(group.flatMap(({ proposals }) => proposals));
      let next = 0;
      for (const { proposals, resolve } of group) {
        resolve(results.slice(next, next + proposals.length));
        next += proposals.length;
      }
    } catch (cause) {
      if (group.length > 1 && !this.#isTransient(cause)) for (const call of group) await this.#sendGroup([call]);
      else for (const { reject } of group) reject(cause);
    }
  }
}

/** Who was just answered appends again in the same turn: without this one of them would go alone, and the others wait for it. */
const turnEnds = (): Promise<void> => new Promise((resolve) => nextTick(resolve));
