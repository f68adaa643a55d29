import { Feed, type FeedBatch, type Subscription, Turns } from '#libs/bus';
import { type BerthEvent, LANES } from '#libs/contracts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import type { LogServer } from './simulated-log.ts';

type Handle = (batch: FeedBatch) => Promise<void>;

interface Reader {
  readonly process: Process;
  readonly handle: Handle;
  readonly waiting: (readonly BerthEvent[])[];
  isBusy: boolean;
}

const RETRY_MS = 200;
/** Until the broker gives what somebody holds to another one. */
const HELD_MS = 3000;

/** Copies the log to everybody's feed and hands turns to one replica each: late, and when told so lost, twice or out of order. */
export class Broker {
  readonly #loop: Loop;
  readonly #server: LogServer;
  readonly #chance: Chance;
  readonly #trace: Trace;
  readonly #feeds: Reader[] = [];
  readonly #turns = new Map<string, Reader[]>();
  #position = 0;
  loss = 0;
  duplication = 0;
  slowness = 10;

  constructor(loop: Loop, server: LogServer, chance: Chance, trace: Trace) {
    this.#loop = loop;
    this.#server = server;
    this.#chance = chance;
    this.#trace = trace;
    server.store.onAppended(() => loop.after(chance.between(1, 10), () => void this.#pump()));
  }

  feedOf(process: Process): Feed {
    return new SimulatedFeed((handle) => this.#subscribe(this.#feeds, process, handle));
  }

  turnsOf(process: Process): Turns {
    return new SimulatedTurns((consumer, handle) => {
      const readers = this.#turns.get(consumer) ?? [];
      this.#turns.set(consumer, readers);
      return this.#subscribe(readers, process, handle);
    });
  }

  #subscribe(readers: Reader[], process: Process, handle: Handle): Subscription {
    const reader: Reader = { process, handle, waiting: [], isBusy: false };
    readers.push(reader);
    return {
      close: async () => {
        readers.splice(readers.indexOf(reader), 1);
      },
    };
  }

  /** The log went back: what is told next is told from there. */
  goBack(position: number): void {
    this.#position = Math.min(this.#position, position);
  }

  async #pump(): Promise<void> {
    const events = await this.#server.store.read({ after: this.#position, limit: 100 });
    const fresh = events.filter(({ position }) => position > this.#position);
    if (fresh.length === 0) return;
    this.#position = fresh.at(-1)?.position ?? this.#position;
    for (const reader of this.#feeds) this.#deliver(() => reader, fresh);
    for (const readers of this.#turns.values())
      for (let lane = 0; lane < LANES; lane++) {
        const ofLane = fresh.filter((event) => event.lane === lane);
        if (ofLane.length > 0) this.#hand(readers, lane, ofLane);
      }
  }

  #deliver(to: () => Reader | undefined, events: readonly BerthEvent[]): void {
    const copies = this.#chance.happens(this.loss) ? 0 : this.#chance.happens(this.duplication) ? 2 : 1;
    if (copies !== 1) this.#trace.sometimes(copies === 0 ? 'feed: lost' : 'feed: twice');
    for (let i = 0; i < copies; i++)
      this.#loop.after(this.#chance.between(1, this.slowness), () => {
        const reader = to();
        if (!reader?.process.isAlive) return;
        reader.waiting.push(events);
        this.#next(reader);
      });
  }

  /** At least once: what one held too long, or took into its grave, another one gets. */
  #hand(readers: readonly Reader[], lane: number, events: readonly BerthEvent[]): void {
    const living = readers.filter(({ process }) => process.isAlive);
    const owner = living[lane % living.length];
    if (!owner) return;
    let isDone = false;
    const reader: Reader = {
      ...owner,
      waiting: [],
      handle: async (batch) => {
        await owner.handle(batch);
        isDone = true;
      },
    };
    this.#deliver(() => reader, events);
    this.#loop.after(HELD_MS, () => {
      if (isDone) return;
      this.#trace.sometimes('turn: handed to another one');
      const others = readers.filter(({ process }) => process.isAlive && process !== owner.process);
      if (others.length > 0) this.#hand(others, lane, events);
    });
  }

  #next(reader: Reader): void {
    const events = reader.waiting[0];
    if (reader.isBusy || !reader.process.isAlive || events === undefined) return;
    reader.isBusy = true;
    const done = (pause: number): void => {
      reader.process.after(pause, () => {
        reader.isBusy = false;
        this.#next(reader);
      });
    };
    reader.process.after(0, () => {
      reader.handle({ events }).then(
        () => {
          reader.waiting.shift();
          done(0);
        },
        () => done(RETRY_MS),
      );
    });
  }
}

class SimulatedFeed extends Feed {
  readonly #open: (handle: Handle) => Subscription;

  constructor(open: (handle: Handle) => Subscription) {
    super();
    this.#open = open;
  }

  override async subscribe(_consumer: string, handle: Handle): Promise<Subscription> {
    return this.#open(handle);
  }
}

class SimulatedTurns extends Turns {
  readonly #open: (consumer: string, handle: Handle) => Subscription;

  constructor(open: (consumer: string, handle: Handle) => Subscription) {
    super();
    this.#open = open;
  }

  override async take(consumer: string, handle: Handle): Promise<Subscription> {
    return this.#open(consumer, handle);
  }
}
