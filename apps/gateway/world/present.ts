import type { Clock, Ids, Timer } from '#libs/clock';
import { Transient } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { EventLog, Snapshots } from '#libs/event-log';
import { Fold } from '#libs/event-log/react';

export interface PresentPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly snapshots?: Snapshots | undefined;
  readonly report: (problem: string, cause: unknown) => void;
}

/** Who asks once is likely to ask again soon. */
const KEPT_MS = 600_000;

/**
 * The world as the log tells it now, for questions that only all of it can answer. It is read when somebody asks, from the newest snapshot on,
 * read on for each further question, and forgotten when nobody asks for a while: a gateway that is never asked holds none.
 */
export class Present {
  readonly #ports: PresentPorts;
  #fold: Fold | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #forget: Timer | null = null;

  constructor(ports: PresentPorts) {
    this.#ports = ports;
  }

  /** All that the log held when this was called. Throws `Transient` where an event can't be read by this release. */
  world(): Promise<World> {
    const read = this.#queue.then(() => this.#read());
    this.#queue = read.catch(() => undefined);
    return read;
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#forget?.cancel();
    await this.#fold?.close();
  }

  async #read(): Promise<World> {
    const { log, clock } = this.#ports;
    this.#forget?.cancel();
    this.#fold ??= new Fold({ ...this.#ports, consumer: 'gateway' });
    this.#forget = clock.after(KEPT_MS, () => {
      this.#fold = null;
    });
    await this.#fold.compare(await log.head());
    await this.#fold.readOn();
    const { halt, world } = this.#fold;
    if (halt) throw new Transient(`read the world: position ${halt.event.position} (${halt.event.type}) can not be read: ${halt.why}`);
    return world;
  }
}
