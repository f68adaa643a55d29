import type { Clock, Ids } from '#libs/clock';
import { type BerthEvent, type Generation, toCloudEvent } from '#libs/contracts';
import type { EventLog, Seals } from '#libs/event-log';
import { Holding, type Leases } from '#libs/event-log/relay';
import { openText } from '#libs/seals';
import { Bell } from '../follow/bell.ts';
import { type Page, readPage } from '../follow/page.ts';
import { standOf } from '../follow/stand.ts';
import { backoffMs } from './backoff.ts';
import { type Delivered, deliver } from './deliver.ts';
import type { Feed, WebhookTable } from './table.ts';
import { keyOf } from './webhooks.ts';

export interface SenderPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seals: Seals;
  readonly leases: Leases;
  readonly table: WebhookTable;
  readonly allowed: readonly string[];
  readonly report: (problem: string, cause: unknown) => void;
}

const BATCH = 100;
/** For an answer. */
const PATIENCE_MS = 15_000;
/** The floor under a lost wake-up, and between two looks whether the lease is free. */
const POLL_MS = 1000;
/** Where nothing matches, the place is kept each so many positions: a restart looks through no more than these again. */
const IDLE_POSITIONS = 5000;
/** Appends are gathered for so long. */
const GATHER_MS = 50;
/** At the end, for the answer to what is under way: to cut it off would send it twice. */
const CLOSE_MS = 3000;

/**
 * Sends each feed what matches, in order. Of all senders of a log one is active; a feed's place moves once its receiver took a batch, so only
 * what it took without our hearing of it is sent twice. Feeds do not wait for each other.
 */
export class WebhookSender {
  readonly #ports: SenderPorts;
  readonly #holding: Holding;
  readonly #closing = new AbortController();
  readonly #cut = new AbortController();
  readonly #bell: Bell;
  readonly #stopListening: () => void;
  /** Feeds that are being sent now. */
  readonly #busy = new Map<string, Promise<void>>();
  #running: Promise<void> = Promise.resolve();
  #isTroubled = false;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
    this.#holding = new Holding({ leases: ports.leases, clock: ports.clock, name: 'webhooks', owner: ports.ids.run() });
    this.#bell = new Bell(ports.clock);
    this.#stopListening = ports.log.onAppended(() => this.wake());
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#bell.ring();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    this.wake();
    const timer = this.#ports.clock.after(CLOSE_MS, () => this.#cut.abort());
    await this.#running;
    await Promise.all(this.#busy.values());
    timer.cancel();
    await this.#holding.release().catch((cause: unknown) => this.#ports.report('release the lease of webhooks', cause));
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        // Without a feed nobody needs the lease.
        const feeds = await this.#ports.table.all();
        if (feeds.length > 0 && (await this.#holding.take()) !== null) for (const feed of feeds) this.#begin(feed);
        this.#isTroubled = false;
      } catch (cause) {
        this.#tell('look for webhooks', cause);
      }
      await this.#bell.wait(POLL_MS);
      await this.#ports.clock.sleep(GATHER_MS, this.#closing.signal).catch(() => undefined);
    }
  }

  #begin(feed: Feed): void {
    const isDue = feed.retryAt === null || feed.retryAt <= this.#ports.clock.now();
    if (feed.isStopped || !isDue || this.#busy.has(feed.id)) return;
    const sending = this.#send(feed)
      .catch((cause: unknown) => this.#tell(`send webhook ${feed.id}`, cause))
      .then(() => void this.#busy.delete(feed.id));
    this.#busy.set(feed.id, sending);
  }

  /** Batch by batch until nothing more matches, the receiver refuses, or another is the sender. */
  async #send(feed: Feed): Promise<void> {
    let at: Feed | null = feed;
    while (at !== null && this.#isActive) at = await this.#sendNext(at);
  }

  get #isActive(): boolean {
    return this.#holding.isHeld && !this.#closing.signal.aborted;
  }

  /** The feed as it stands after a batch; null to leave it for now. */
  async #sendNext(feed: Feed): Promise<Feed | null> {
    const { log, clock, table } = this.#ports;
    const from = await this.#stand(feed);
    const page = await readPage(log, { ...feed.filter, after: from, limit: BATCH });
    const to = { incarnation: page.head.incarnation, position: page.next ?? from };
    if (page.events.length === 0) {
      if (to.position - feed.position >= IDLE_POSITIONS || to.incarnation !== feed.incarnation) await table.move(feed.id, feed, to, null);
      return null;
    }
    const delivered = await this.#deliver(feed, page);
    if (delivered === null) return null;
    if (delivered.status !== 'taken') return this.#fail(feed, delivered);
    const isMoved = await table.move(feed.id, feed, to, clock.now());
    return isMoved && !page.isLast ? { ...feed, ...to, failures: 0 } : null;
  }

  /** The receiver is told on from where both futures part: what it got beyond that is no longer part of the log. */
  async #stand(feed: Feed): Promise<number> {
    return (await standOf(this.#ports.log, await this.#ports.log.head(), feed)).position;
  }

  /** Null when it was cut off by our own end. */
  async #deliver({ id, url, secret }: Feed, { events, head }: Page): Promise<Delivered | null> {
    const { clock, seals, allowed } = this.#ports;
    const keys = await seals.keys([keyOf(id)]);
    const message = {
      id: messageId(id, head, events),
      timestamp: Math.floor(clock.now() / 1000),
      body: JSON.stringify(events.map(toCloudEvent)),
    };
    const patience = new AbortController();
    const timer = clock.after(PATIENCE_MS, () => patience.abort());
    const signal = AbortSignal.any([patience.signal, this.#cut.signal]);
    const delivered = await deliver({ url, message, secret: openText(keys, secret), allowed, signal });
    timer.cancel();
    if (delivered.status === 'taken' || !signal.aborted) return delivered;
    return patience.signal.aborted ? { status: 'refused', words: `no answer within ${PATIENCE_MS / 1000} s` } : null;
  }

  async #fail(feed: Feed, { status, words }: Exclude<Delivered, { status: 'taken' }>): Promise<null> {
    const { clock, table } = this.#ports;
    const failures = feed.failures + 1;
    const isStopped = status === 'gone';
    const retryAt = isStopped ? null : clock.now() + backoffMs(failures);
    await table.fail(feed.id, { failures, lastError: words, retryAt, isStopped });
    return null;
  }

  /** What is away is told once until it works again. */
  #tell(doing: string, cause: unknown): void {
    if (!this.#isTroubled) this.#ports.report(doing, cause);
    this.#isTroubled = true;
  }
}

/** The same batch has the same id, whenever and by whomever it is sent. */
const messageId = (feed: string, { incarnation }: Pick<Generation, 'incarnation'>, events: readonly BerthEvent[]): string =>
  `${feed}_${incarnation}.${events[0]?.position ?? 0}-${events.at(-1)?.position ?? 0}`;
