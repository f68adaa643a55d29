import type { BerthEvent, EventId, Instant } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { evolveWorld, type World } from '../stack/index.ts';

/** A world that goes on by itself: what it is told is nowhere else, and the world that it was made of stays as it is. */
export class Fork {
  now: Instant;
  readonly #told: BerthEvent[] = [];
  #world: World;

  constructor(world: World, now: Instant) {
    this.#world = world;
    this.now = now;
  }

  get world(): World {
    return this.#world;
  }

  /** Everything that happened in it, in order. */
  get told(): readonly BerthEvent[] {
    return this.#told;
  }

  tell(events: readonly Decided[]): void {
    for (const decided of events) {
      const event = this.#next(decided);
      this.#told.push(event);
      this.#world = evolveWorld(this.#world, event);
    }
  }

  /** As the log would number it. Nothing that is folded looks at lanes. */
  #next({ stream, type, data }: Decided): BerthEvent {
    const { incarnation, versions } = this.#world;
    const position = this.#world.position + 1;
    return {
      ...{ id: idOf(position), type, data, actor: 'plan', correlation: 'plan', causation: null },
      ...{ v: 1, stream, version: (versions.get(stream) ?? 0) + 1, incarnation, position, lane: 0, laneNo: 0, at: this.now },
    } as BerthEvent;
  }
}

const idOf = (position: number): EventId => `00000000-0000-7000-8000-${position.toString(16).padStart(12, '0')}` as EventId;
