import type { AnyNewEvent, HostHello, HostId, HostReport } from '#libs/contracts';
import { streams, Transient } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { type Fact, greet, refusalFact, type Tally } from '#libs/domain/host';
import { versionsOf, type World } from '#libs/domain/stack';
import type { AppendItem, AppendResult } from '#libs/event-log';
import type { Reactor } from '#libs/event-log/react';
import type { SchedulerPorts } from '../ports.ts';
import { Judge } from './judge.ts';
import type { Refusals } from './refusals.ts';

/** What a host said that is not written yet; of levels the newest. */
export interface Said {
  readonly hello?: HostHello;
  readonly level?: HostReport;
  readonly seq?: number;
}

/** What is written together: of each host until it is settled. */
type Batch = Map<HostId, Said>;

interface FactWriterOptions extends SchedulerPorts {
  readonly reactor: Reactor;
  readonly refusals: Refusals;
  /** Everything of it is in the log and folded. */
  readonly onWritten: (host: HostId, said: Said) => void;
  /** The log will never take it. */
  readonly onUnwritable: (host: HostId) => void;
}

/** A part of an append: of one host, or of all hosts that change the list of hosts. */
interface Draft {
  readonly hosts: readonly HostId[];
  readonly facts: readonly { readonly host: HostId; readonly fact: Fact }[];
  readonly tallies: readonly { readonly host: HostId; readonly tally: Tally }[];
}

const ATTEMPTS = 5;
const MOST_HOSTS = 500;
/** What was appended and is not folded yet: so many batches. */
const MOST_BATCHES = 4;
/** Facts of one append, where no host has more: while it runs nobody else appends, and who waits too long gives up. */
const MOST_FACTS = 5000;
const OUTPUT_KEPT_MS = 30 * 24 * 3600 * 1000;

/**
 * Writes what hosts said: what comes while one append runs goes with the next, an item a host. While the feed brings back what was appended, other
 * hosts are judged already: what they say stands on streams of their own.
 */
export class FactWriter {
  readonly #options: FactWriterOptions;
  readonly #judge = new Judge();
  readonly #waiting = new Map<HostId, Said>();
  /** Being written: a host that stands in one of them waits with what it says next. */
  readonly #batches = new Map<Batch, Promise<void>>();
  #isAppending = false;
  #isDue = false;

  constructor(options: FactWriterOptions) {
    this.#options = options;
  }

  /** A level takes the place of the one that waits; a hello begins anew, since what was said before it was said in another session. */
  put(host: HostId, said: Said): void {
    const waiting = this.#waiting.get(host);
    this.#waiting.set(host, said.hello ? said : { ...waiting, ...said });
    if (this.#isDue) return;
    this.#isDue = true;
    // Whoever put this one may put more in the same moment.
    void Promise.resolve().then(() => {
      this.#isDue = false;
      this.#begin();
    });
  }

  async idle(): Promise<void> {
    while (this.#isDue || this.#batches.size > 0) await Promise.all([Promise.resolve(), ...this.#batches.values()]);
  }

  /** One append at a time. */
  #begin(): void {
    const batch = this.#isAppending || this.#batches.size >= MOST_BATCHES ? null : this.#next();
    if (!batch) return;
    this.#isAppending = true;
    const answered = once(() => {
      this.#isAppending = false;
      this.#begin();
    });
    const hosts = batch.size;
    const writing = this.#write(batch, answered)
      // Nothing of it was acknowledged: who said it says it again.
      .catch((cause: unknown) => this.#options.report(`record what ${hosts} hosts said`, cause))
      .finally(() => {
        this.#batches.delete(batch);
        answered();
        this.#begin();
      });
    this.#batches.set(batch, writing);
  }

  #next(): Batch | null {
    const free = [...this.#waiting].filter(([host]) => !this.#isBusy(host)).slice(0, MOST_HOSTS);
    for (const [host] of free) this.#waiting.delete(host);
    return free.length > 0 ? new Map(free) : null;
  }

  #isBusy(host: HostId): boolean {
    return [...this.#batches.keys()].some((batch) => batch.has(host));
  }

  /** Judges and appends until nothing is new; what loses each time to others is left to the next report. */
  async #write(batch: Batch, answered: () => void): Promise<void> {
    for (let attempt = 0; attempt <= ATTEMPTS && batch.size > 0; attempt++) {
      const drafts = this.#together(batch, this.#drafts(batch));
      const busy = new Set(drafts.flatMap(({ hosts }) => hosts));
      for (const [host, said] of batch) if (!busy.has(host)) this.#settle(batch, host, said);
      if (attempt < ATTEMPTS && drafts.length > 0) await this.#append(batch, drafts, answered);
      else this.#giveUp(drafts);
    }
  }

  /** As many as one append takes in good time; the others wait for the next. */
  #together(batch: Batch, drafts: readonly Draft[]): readonly Draft[] {
    let facts = 0;
    const now = drafts.filter((draft, nth) => {
      facts += draft.facts.length;
      return nth === 0 || facts <= MOST_FACTS;
    });
    const later = drafts.filter((draft) => !now.includes(draft));
    this.#giveUp(later);
    for (const host of later.flatMap(({ hosts }) => hosts)) {
      const newer = this.#waiting.get(host);
      this.#waiting.set(host, newer?.hello ? newer : { ...batch.get(host), ...newer });
      batch.delete(host);
    }
    return now;
  }

  #settle(batch: Batch, host: HostId, said: Said): void {
    batch.delete(host);
    this.#options.onWritten(host, said);
  }

  #drafts(batch: ReadonlyMap<HostId, Said>): readonly Draft[] {
    const drafts = [...batch].map(([host, said]) => this.#draft(host, said)).filter(({ facts }) => facts.length > 0);
    const joining = drafts.filter(({ facts }) => facts.some(({ fact }) => fact.event.stream === streams.hosts));
    // No two items of a call append to one stream.
    return [...(joining.length > 0 ? [together(joining)] : []), ...drafts.filter((draft) => !joining.includes(draft))];
  }

  #draft(host: HostId, { hello, level }: Said): Draft {
    const { reactor, refusals } = this.#options;
    const { world } = reactor;
    const tally = refusals.take(host);
    const news = [...(hello ? greet(hello, world) : []), ...(level ? this.#judge.facts(level, world) : [])];
    const facts = [...news, ...(tally ? [refusalFact(host, tally)] : [])].map((fact) => ({ host, fact }));
    return { hosts: [host], facts, tallies: tally ? [{ host, tally }] : [] };
  }

  async #append(batch: Batch, drafts: readonly Draft[], answered: () => void): Promise<void> {
    const { log, reactor } = this.#options;
    try {
      const { world } = reactor;
      const results = await log.append(await Promise.all(drafts.map((draft) => this.#item(world, draft))));
      for (const [index, result] of results.entries()) this.#note(batch, drafts[index], result);
      answered();
      const positions = results.flatMap((result) => (result.status === 'appended' ? result.positions : []));
      const isBeaten = results.some(({ status }) => status !== 'appended');
      const last = isBeaten ? (await log.head()).position : Math.max(...positions);
      await reactor.caughtUpTo(last);
      // What this world knows may be lost as well: judged by it, it would be written again into a log that never placed it.
      if (isLost(world, reactor.world, last)) throw new Transient('the log has lost what it took');
    } catch (cause) {
      this.#giveUp(drafts);
      throw cause;
    }
  }

  #note(batch: Batch, draft: Draft | undefined, result: AppendResult): void {
    if (!draft) return;
    const { refusals, report, onUnwritable } = this.#options;
    if (result.status === 'appended') for (const { host } of draft.tallies) refusals.wrote(host);
    else this.#giveUp([draft]);
    if (result.status !== 'refused') return;
    report(`append facts of ${draft.hosts.join(', ')}`, new Error(result.reason));
    for (const host of draft.hosts) {
      batch.delete(host);
      onUnwritable(host);
    }
  }

  /** What was counted is told another time. */
  #giveUp(drafts: readonly Draft[]): void {
    for (const { host, tally } of drafts.flatMap(({ tallies }) => tallies)) this.#options.refusals.restore(host, tally);
  }

  async #item(world: World, { facts }: Draft): Promise<AppendItem> {
    const events = await Promise.all(facts.map(({ host, fact }) => this.#event(host, fact)));
    const names = [...new Set(events.map(({ stream }) => stream))];
    return { incarnation: world.incarnation, expected: versionsOf(world, names), events };
  }

  async #event(host: HostId, fact: Fact): Promise<{ stream: string; event: AnyNewEvent }> {
    const { stream, type, data } = await this.#withOutput(fact);
    const id = this.#options.ids.event();
    const actor = type === 'ReportsRefused' ? 'scheduler' : `host/${host}`;
    const event = { id, type, data, actor, correlation: fact.correlation ?? id, causation: fact.causation };
    return { stream, event: event as AnyNewEvent };
  }

  /** The attachment is stored before the event that names it. */
  async #withOutput({ event, output }: Fact): Promise<Decided> {
    if (event.type !== 'ContainerFailed' || output === null) return event;
    const { attachments, clock } = this.#options;
    return { ...event, data: { ...event.data, output: await attachments.store(output, clock.now() + OUTPUT_KEPT_MS) } };
  }
}

const together = (drafts: readonly Draft[]): Draft => ({
  hosts: drafts.flatMap(({ hosts }) => hosts),
  facts: drafts.flatMap(({ facts }) => facts),
  tallies: drafts.flatMap(({ tallies }) => tallies),
});

/** The log was read on, and ends before this position. */
const isLost = (before: World, { incarnation, position }: World, last: number): boolean =>
  incarnation === before.incarnation && position < last;

const once = (call: () => void): (() => void) => {
  let isCalled = false;
  return () => {
    if (!isCalled) {
      isCalled = true;
      call();
    }
  };
};
