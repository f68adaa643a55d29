import type { EventPublisher } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import { Transient } from '#libs/contracts';
import type { EventLog } from '../event-log.ts';
import type { StoredEvent } from '../stored.ts';
import type { Chained } from '../verify-chain.ts';
import { Holding } from './holding.ts';
import type { Leases } from './leases.ts';

export interface RelayOptions {
  readonly log: EventLog & Chained;
  readonly leases: Leases;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (problem: string, cause: unknown) => void;
}

interface RelayLag {
  /** Events of the log that are not known to be published. */
  readonly events: number;
  /** Age of the oldest of them. */
  readonly oldestMs: number;
}

export interface Relay {
  lag(): Promise<RelayLag>;
  /** Ends it, and lets another have the lease. */
  close(): Promise<void>;
}

/** Read together; four of them are on their way at a time, so that the publisher's window does not run dry while the next is read or the checkpoint moves. */
const BATCH = 250;
const ON_THE_WAY = 4;
/** The checkpoint moves at most so often while events flow: each move is a commit. What lies between is published again by the next owner. */
const NOTE_MS = 200;
/** The floor under a lost wake-up. */
const POLL_MS = 250;
/** Between two tries of what failed. */
const PAUSE_MS = 500;
/** Between two looks of a standby whether the lease is free. */
const LOOK_MS = 200;
/** A publish that hangs holds nobody longer at the end. */
const CLOSE_MS = 2000;

const NAME = 'relay';
/** It reads the whole log; its checkpoint is that of one lane. */
const LANE = 0;

/** Right and place of the one relay that is active. */
interface Lead {
  readonly fence: number;
  readonly incarnation: number;
  /** Where the checkpoint stands. */
  noted: number;
  /** Read up to here, and handed to the publisher. */
  sent: number;
}

/** Handed to the publisher. */
interface Batch {
  readonly last: StoredEvent;
  readonly published: Promise<unknown>;
}

/**
 * Publishes the log, in its order and each event at least once: of all relays of a log one is active, and the checkpoint moves when the
 * broker holds what it passes. A relay that froze and lost its lease can only repeat what was published. It moves bytes: an event that this
 * release can't read goes out as the log has it.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const relay = new LeasedRelay(options);
  const { log, clock } = options;
  return {
    lag: async () => {
      const [{ position }, noted] = await Promise.all([log.head(), log.checkpoint(NAME, LANE)]);
      const [oldest] = position > noted ? await log.readStored(noted, 1) : [];
      return { events: Math.max(0, position - noted), oldestMs: oldest ? Math.max(0, clock.now() - oldest.at) : 0 };
    },
    close: () => relay.close(),
  };
};

class LeasedRelay {
  readonly #options: RelayOptions;
  readonly #holding: Holding;
  readonly #running: Promise<void>;
  readonly #stopListening: () => void;
  #isTroubled = false;
  #isClosed = false;
  #isRung = false;
  #wake: () => void = () => undefined;

  constructor(options: RelayOptions) {
    const { leases, clock, ids, log } = options;
    this.#options = options;
    this.#holding = new Holding({ leases, clock, name: NAME, owner: ids.run() });
    this.#stopListening = log.onAppended(() => this.#ring());
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    const { clock, report } = this.#options;
    this.#isClosed = true;
    this.#stopListening();
    this.#wake();
    const patience = Promise.withResolvers<void>();
    const timer = clock.after(CLOSE_MS, () => patience.resolve());
    await Promise.race([this.#running, patience.promise]);
    timer.cancel();
    await this.#holding.release().catch((cause: unknown) => report('release the lease of the relay', cause));
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const fence = await this.#holding.take();
        if (fence === null) await this.#standBy();
        else await this.#publishAs(await this.#lead(fence));
      } catch (cause) {
        this.#tell(cause);
        await this.#rest(PAUSE_MS);
      }
    }
  }

  async #standBy(): Promise<void> {
    this.#isTroubled = false;
    await this.#rest(LOOK_MS);
  }

  /** A new owner begins where the checkpoint stands. */
  async #lead(fence: number): Promise<Lead> {
    const { log } = this.#options;
    const [{ incarnation }, noted] = await Promise.all([log.head(), log.checkpoint(NAME, LANE)]);
    return { fence, incarnation, noted, sent: noted };
  }

  /** Until the lease is another's, something fails, or the end. */
  async #publishAs(lead: Lead): Promise<void> {
    const onTheWay: Batch[] = [];
    let noteAt = 0;
    while (!this.#isClosed && this.#holding.isHeld) {
      this.#isRung = false;
      const batch = await this.#send(lead);
      if (batch) onTheWay.push(batch);
      if (batch && onTheWay.length < ON_THE_WAY) continue;
      const first = onTheWay.shift();
      if (!first) {
        this.#isTroubled = false;
        if (await this.#isPast(lead)) return;
        await this.#rest(POLL_MS, 'until rung');
        continue;
      }
      await this.#confirmed(first);
      const now = this.#options.clock.monotonic();
      if (now < noteAt && onTheWay.length > 0) continue;
      if (!(await this.#note(lead, first.last.position))) return;
      noteAt = now + NOTE_MS;
      this.#isTroubled = false;
    }
  }

  /** A log that lost its tail may lack what was sent: in a new incarnation it begins again where the checkpoint went back to. */
  async #isPast({ incarnation }: Lead): Promise<boolean> {
    return (await this.#options.log.head()).incarnation !== incarnation;
  }

  /** Null when nothing is there. */
  async #send(lead: Lead): Promise<Batch | null> {
    const events = await this.#options.log.readStored(lead.sent, BATCH);
    const last = events.at(-1);
    if (!last) return null;
    lead.sent = last.position;
    const published = this.#options.publisher.publish(events);
    // Who waits for it hears of a failure; while nobody does, it is no accident.
    published.catch(() => undefined);
    return { last, published };
  }

  /** Ends early when the lease is lost: who froze in the midst of a publish may wait for it for ever. */
  async #confirmed({ published }: Batch): Promise<void> {
    await Promise.race([published, this.#holding.lost]);
  }

  /** False for who finds that another one moved it: then it is asked for the lease again, and where things stand. */
  async #note(lead: Lead, to: number): Promise<boolean> {
    if (!this.#holding.isHeld) return false;
    const { incarnation, noted: from, fence } = lead;
    if (!(await this.#options.log.moveCheckpoint({ consumer: NAME, lane: LANE, incarnation, from, to, fence }))) return false;
    lead.noted = to;
    return true;
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
