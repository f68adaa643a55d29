import type { Clock } from '#libs/clock';
import type { StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import type { StackState, World } from '#libs/domain/stack';

interface LooksOptions {
  readonly due: (world: World, stack: StackName, now: number) => readonly Decision[];
  readonly clock: Clock;
}

/** Remembers from one look to the next what was due, to tell what nobody decides. */
export class Looks {
  readonly #options: LooksOptions;
  #due = new Map<StackName, StackState>();
  /** Told as forgotten already, in this state: what was tried for it then must not be tried at every look. */
  readonly #told = new Map<StackName, StackState>();
  #position = 0;

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  /** Stacks for which something was due at the look before and is still, though they did not change. Each state is told once. */
  forgotten(world: World): readonly StackName[] {
    const before = this.#due;
    this.#due = new Map([...world.stacks].filter(([stack]) => this.#isDue(world, stack)));
    const forgotten = [...this.#due].filter(([stack, state]) => before.get(stack) === state && this.#told.get(stack) !== state);
    for (const [stack, state] of forgotten) this.#told.set(stack, state);
    return forgotten.map(([stack]) => stack);
  }

  /** The log went on, and nothing of it was folded since the look before. */
  isSilent({ position }: World, head: number): boolean {
    const isSilent = position === this.#position && position < head;
    this.#position = position;
    return isSilent;
  }

  /** A decision that can't be made is told where it is tried. */
  #isDue(world: World, stack: StackName): boolean {
    try {
      return this.#options.due(world, stack, this.#options.clock.now()).some(({ events }) => events.length > 0);
    } catch {
      return false;
    }
  }
}
