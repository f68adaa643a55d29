import { Transient } from '#libs/contracts';
import { Beats } from '#libs/event-log/listening';
import type { Process } from '../world/process.ts';
import type { LogServer } from './simulated-log.ts';

/** The beats as one process reaches them. They are kept by the database. */
export class SimulatedBeats extends Beats {
  readonly #process: Process;
  readonly #beats: Beats;
  readonly #server: LogServer;

  constructor(process: Process, beats: Beats, server: LogServer) {
    super();
    this.#process = process;
    this.#beats = beats;
    this.#server = server;
  }

  override heard(consumer: string): ReturnType<Beats['heard']> {
    return this.#ask(() => this.#beats.heard(consumer));
  }

  override beat(consumer: string): ReturnType<Beats['beat']> {
    return this.#ask(() => this.#beats.beat(consumer));
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    return this.#process.ask(1, 1, () => {
      if (this.#server.isAway) throw new Transient('reach the beats: the database is away');
      return work();
    });
  }
}
