import type { EventPublisher } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import { type BerthEvent, Transient } from '#libs/contracts';
import type { EventLog } from '../event-log.ts';
import type { Leases } from './leases.ts';

export interface RelayOptions {
  readonly log: EventLog;
  readonly leases: Leases;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (problem: string, cause: unknown) => void;
}

export interface Relay {
  /** Events of the log that are not known to be published. */
  lag(): Promise<number>;
  /** Ends it, and lets another have the lease. */
  close(): Promise<void>;
}

/** Published and confirmed together. */
const WINDOW = 200;
const LEASE_MS = 3000;
const RENEW_MS = 1000;
/** The floor under a lost wake-up. */
const POLL_MS = 250;
/** Between two looks whether the lease is free, and two tries of what failed. */
const PAUSE_MS = 500;
/** A publish that hangs holds nobody longer at the end. */
const CLOSE_MS = 2000;

const NAME = 'relay';
/** It reads the whole log; its checkpoint is that of one lane. */
const LANE = 0;

/** Right and place of the one relay that is active. */
interface Lead {
  readonly fence: number;
  readonly incarnation: number;
  position: number;
}

/**
 * Publishes the log, in its order and each event at least once: of all relays of a log one is active, and the checkpoint moves when the
 * broker holds what it passes. A relay that froze and lost its lease can only repeat what was published.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const relay = new LeasedRelay(options);
  const { log } = options;
  return {
    lag: async () => (await log.head()).position - (await log.checkpoint(NAME, LANE)),
    close: () => relay.close(),
  };
};

class LeasedRelay {
  readonly #options: RelayOptions;
  readonly #owner: string;
  readonly #running: Promise<void>;
  readonly #stopListening: () => void;
  #lead: Lead | null = null;
  /** By the monotonic clock. */
  #renewAt = 0;
  #isTroubled = false;
  #isClosed = false;
  #isRung = false;
  #wake: () => void = () => undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#owner = options.ids.run();
    this.#stopListening = options.log.onAppended(() => this.#ring());
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    const { clock, leases, report } = this.#options;
    this.#isClosed = true;
    this.#stopListening();
    this.#wake();
    const patience = Promise.withResolvers<void>();
    const timer = clock.after(CLOSE_MS, () => patience.resolve());
    await Promise.race([this.#running, patience.promise]);
    timer.cancel();
    if (this.#lead) await leases.release(NAME, this.#owner).catch((cause: unknown) => report('release the lease of the relay', cause));
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#isRung = false;
        const lead = await this.#hold();
        const hasPassed = lead !== null && (await this.#pass(lead));
        this.#isTroubled = false;
        if (lead === null) await this.#rest(PAUSE_MS);
        else if (!hasPassed) await this.#rest(POLL_MS, 'until rung');
      } catch (cause) {
        this.#tell(cause);
        await this.#rest(PAUSE_MS);
      }
    }
  }

  /** Renews the lease when it is time. A new owner begins where the checkpoint stands. */
  async #hold(): Promise<Lead | null> {
    const { log, leases, clock } = this.#options;
    const now = clock.monotonic();
    if (this.#lead && now < this.#renewAt) return this.#lead;
    const fence = await leases.hold(NAME, this.#owner, LEASE_MS);
    this.#renewAt = now + RENEW_MS;
    if (fence === null) this.#lead = null;
    else if (fence !== this.#lead?.fence)
      this.#lead = { fence, incarnation: (await log.head()).incarnation, position: await log.checkpoint(NAME, LANE) };
    return this.#lead;
  }

  /** False when there was nothing to pass on. */
  async #pass(lead: Lead): Promise<boolean> {
    const events = await this.#options.log.read({ after: lead.position, limit: WINDOW });
    const last = events.at(-1);
    if (!last) return false;
    await this.#options.publisher.publish(events);
    await this.#moveTo(lead, last);
    return true;
  }

  /** Whoever finds that another one moved it asks for the lease again, and where things stand. */
  async #moveTo(lead: Lead, { position }: BerthEvent): Promise<void> {
    const checkpoint = { consumer: NAME, lane: LANE, from: lead.position, to: position, fence: lead.fence };
    const [result] = await this.#options.log.append([{ incarnation: lead.incarnation, expected: {}, events: [], checkpoint }]);
    if (result?.status === 'refused') throw new Error(`move the checkpoint of the relay: ${result.reason}`);
    if (result?.status === 'appended') lead.position = position;
    else this.#lead = null;
  }

  /** Ended early by the end, and by an append where that is wished. */
  async #rest(ms: number, until?: 'until rung'): Promise<void> {
    if (this.#isClosed || (until && this.#isRung)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(ms, resolve);
    this.#wake = () => {
      if (this.#isClosed || until) resolve();
    };
    await promise;
    timer.cancel();
  }

  #ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** What is away is told once until it works again. */
  #tell(cause: unknown): void {
    if (!this.#isTroubled || !(cause instanceof Transient)) this.#options.report('publish the log', cause);
    this.#isTroubled = true;
  }
}
