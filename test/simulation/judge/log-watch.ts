import type { BerthEvent } from '#libs/contracts';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import type { ControlPlane } from '../control/control-plane.ts';
import type { Trace } from '../world/trace.ts';
import { wordsOf } from './words.ts';

type Told = (event: BerthEvent) => void;

/** Reads along what is appended, in its order and at its time. */
export class LogWatch {
  readonly #control: ControlPlane;
  readonly #trace: Trace;
  readonly #told: Told;
  #position = 0;
  #world = emptyWorld;
  #turn: Promise<void> = Promise.resolve();

  constructor(control: ControlPlane, trace: Trace, told: Told) {
    this.#control = control;
    this.#trace = trace;
    this.#told = told;
    control.server.store.onAppended(() => {
      this.#turn = this.#turn.then(() => this.#read());
    });
  }

  /** As it was told so far. */
  get world(): World {
    return this.#world;
  }

  goBack(kept: number): void {
    this.#position = Math.min(this.#position, kept);
    this.#turn = this.#turn.then(async () => {
      this.#world = (await this.all()).filter(({ position }) => position <= this.#position).reduce(evolveWorld, emptyWorld);
    });
    this.#trace.say('log', `has lost everything after position ${kept}`);
  }

  async all(): Promise<readonly BerthEvent[]> {
    const events: BerthEvent[] = [];
    for (;;) {
      const more = await this.#control.server.store.read({ after: events.at(-1)?.position ?? 0, limit: 1000 });
      events.push(...more);
      if (more.length < 1000) return events;
    }
  }

  async #read(): Promise<void> {
    const events = await this.#control.server.store.read({ after: this.#position, limit: 1000 });
    for (const event of events.filter(({ position }) => position > this.#position)) {
      this.#position = event.position;
      this.#world = evolveWorld(this.#world, event);
      this.#trace.say('log', wordsOf(event), JSON.stringify(event.data));
      this.#trace.sometimes(`event: ${event.type}`);
      this.#told(event);
    }
  }
}
