import type { StackName } from '#libs/contracts';
import type { Fork } from './fork.ts';
import { byGain, type Gain, gainsOf } from './moves.ts';

/** What was found to help, by stack. A move changes what others find little: they look again only before theirs is made, and when none is left. */
export class Found {
  readonly #fork: Fork;
  readonly #stacks: readonly StackName[];
  readonly #gains = new Map<StackName, readonly Gain[]>();
  /** No move was made since all of them looked. */
  #isFresh = false;

  constructor(fork: Fork, stacks: readonly StackName[]) {
    this.#fork = fork;
    this.#stacks = stacks;
  }

  /** The one that helps most, as the world is now; null when none helps. */
  best(): Gain | null {
    for (;;) {
      const best = this.#first();
      if (best === null) {
        if (this.#isFresh) return null;
        for (const stack of this.#stacks) this.#look(stack);
        this.#isFresh = true;
      } else {
        this.#look(best.move.stack);
        const anew = this.#first();
        if (anew !== null && byGain(anew, best) === 0) return anew;
      }
    }
  }

  changed(): void {
    this.#isFresh = false;
  }

  #look(stack: StackName): void {
    this.#gains.set(stack, gainsOf(this.#fork.world, stack, this.#fork.now));
  }

  #first(): Gain | null {
    let best: Gain | null = null;
    for (const gains of this.#gains.values()) for (const gain of gains) if (best === null || byGain(gain, best) < 0) best = gain;
    return best;
  }
}
