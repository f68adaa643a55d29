import type { ServerResponse } from 'node:http';
import type { Clock } from '#libs/clock';
import type { EventLog } from '#libs/event-log';
import { writeEventStream } from './event-stream.ts';
import { type FollowOptions, type From, follow } from './follow.ts';

export interface FollowersPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}

/** All who follow the log now. Each leaves by itself, or when the gateway closes. */
export class Followers {
  readonly #ports: FollowersPorts;
  readonly #closing = new AbortController();
  readonly #serving = new Set<Promise<void>>();

  constructor(ports: FollowersPorts) {
    this.#ports = ports;
  }

  /** Resolves when the client has left. Its errors end its stream; it comes back with the last id that it saw. */
  async serve(answer: ServerResponse, query: FollowOptions['query'], after: From): Promise<void> {
    const serving = this.#write(answer, query, after);
    this.#serving.add(serving);
    await serving;
    this.#serving.delete(serving);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#serving);
  }

  async #write(answer: ServerResponse, query: FollowOptions['query'], after: From): Promise<void> {
    const { log, clock, report } = this.#ports;
    const leaving = new AbortController();
    answer.once('close', () => leaving.abort());
    const signal = AbortSignal.any([leaving.signal, this.#closing.signal]);
    try {
      await writeEventStream(answer, follow({ log, clock, query, after, signal }), signal);
    } catch (cause) {
      if (!signal.aborted) report(`serve events after position ${after.position}`, cause);
    }
  }
}
