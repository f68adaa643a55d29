import type { FeedBatch, Mail } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import type { StateWanted } from '#libs/contracts';
import type { EventLog, Snapshots } from '#libs/event-log';
import { type Condition, conditionOf, Reactor } from '#libs/event-log/react';
import { CentralTables } from './central-tables.ts';
import { NamesMailer } from './names-mailer.ts';

export interface DnsCentralPorts {
  readonly log: EventLog;
  readonly mail: Mail;
  /** Where worlds are kept, so that a start reads what came since. Without it, it reads the whole log. */
  readonly snapshots?: Snapshots | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (problem: string, cause: unknown) => void;
  readonly zone: string;
}

/** Reads the log, tells agents of names, and keeps the tables that are asked here. It decides nothing and appends nothing. */
export class DnsCentral {
  readonly #reactor: Reactor;
  readonly #mailer: NamesMailer;
  readonly #tables: CentralTables;
  #isStarted = false;

  constructor({ mail, zone, ...ports }: DnsCentralPorts) {
    this.#mailer = new NamesMailer(mail);
    this.#tables = new CentralTables(zone);
    this.#reactor = new Reactor({
      ...ports,
      consumer: 'dns-central',
      due: () => [],
      onFolded: (world, stacks) => {
        this.#tables.take(world, stacks);
        this.#mailer.tellOfChanges(world, stacks);
      },
    });
  }

  get tables(): CentralTables['tables'] {
    return this.#tables.tables;
  }

  get condition(): Condition {
    return conditionOf(this.#reactor);
  }

  async start(): Promise<void> {
    await this.#reactor.start();
    this.#isStarted = true;
  }

  take({ events }: FeedBatch): Promise<void> {
    return this.#reactor.take(events);
  }

  /** Half a log is no answer: a host that asks too early asks again. */
  answer({ host, holds }: Pick<StateWanted, 'host' | 'holds'>): void {
    if (this.#isStarted) this.#mailer.answer(this.#reactor.world, host, holds);
  }

  stop(): Promise<void> {
    return this.#reactor.stop();
  }
}
