import type pg from 'pg';
import type { Clock } from '#libs/clock';
import type { EventLog } from '#libs/event-log';
import { mentionsView } from '#libs/event-log/postgres';
import { ViewRunner } from '#libs/event-log/views';
import { Bell } from '../follow/bell.ts';

interface MentionsKeeperPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly pool: pg.Pool;
  readonly report: (problem: string, cause: unknown) => void;
}

/** Appends are gathered for so long: questions are answered exactly without it too. */
const GATHER_MS = 200;
const POLL_MS = 5000;

/** Fills the index of what events mention, behind the log, until it is closed. */
export class MentionsKeeper {
  readonly #ports: MentionsKeeperPorts;
  readonly #runner: ViewRunner;
  readonly #closing = new AbortController();
  readonly #bell: Bell;
  readonly #stopListening: () => void;
  #running: Promise<void> = Promise.resolve();
  #isTroubled = false;

  constructor(ports: MentionsKeeperPorts) {
    this.#ports = ports;
    this.#runner = new ViewRunner({ ...ports, view: mentionsView });
    this.#bell = new Bell(ports.clock);
    this.#stopListening = ports.log.onAppended(() => this.#bell.ring());
  }

  get hindrance(): string | null {
    return this.#runner.hindrance;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    this.#bell.ring();
    await this.#runner.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#ports;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#fill();
      await this.#bell.wait(POLL_MS);
      await clock.sleep(GATHER_MS, signal).catch(() => undefined);
    }
  }

  /** What hinders it is told once until it works again. */
  async #fill(): Promise<void> {
    try {
      await this.#runner.start();
      this.#isTroubled = false;
    } catch (cause) {
      if (!this.#isTroubled) this.#ports.report('fill the index of mentions', cause);
      this.#isTroubled = true;
    }
  }
}
