import type { StackName } from '#libs/contracts';
import type { StackState, World } from '#libs/domain/stack';

interface Looked {
  readonly state: StackState;
  readonly hosts: World['hosts'];
}

/** Stacks that one look decides for, so that thousands of them don't hold up the process. */
const MOST_LOOKED_AT = 200;

/**
 * Remembers from one look to the next what was due, to tell what nobody decides. A look begins with what was due, goes on with what
 * changed and has looked at every stack once in a while.
 */
export class Looks {
  readonly #isDue: (world: World, stack: StackName) => boolean;
  readonly #looked = new Map<StackName, Looked>();
  #due = new Map<StackName, StackState>();
  /** Told as forgotten already, in this state: what was tried for it then must not be tried at every look. */
  readonly #told = new Map<StackName, StackState>();
  #position = 0;

  constructor(isDue: (world: World, stack: StackName) => boolean) {
    this.#isDue = isDue;
  }

  /** Stacks for which something was due at the look before and is still, though they did not change. Each state is told once. */
  forgotten(world: World): readonly StackName[] {
    const before = this.#due;
    const looked = this.#next(world);
    this.#due = new Map(looked.filter(([stack]) => this.#isDue(world, stack)));
    for (const [stack, state] of looked) {
      // Those looked at last are the last in its order.
      this.#looked.delete(stack);
      this.#looked.set(stack, { state, hosts: world.hosts });
    }
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

  #next({ stacks, hosts }: World): readonly (readonly [StackName, StackState])[] {
    const isChanged = ([stack, looked]: readonly [StackName, Looked]): boolean =>
      looked.state !== stacks.get(stack) || looked.hosts !== hosts;
    const fresh = stacks.keys().filter((stack) => !this.#looked.has(stack));
    const changed = [...this.#looked].filter(isChanged).map(([stack]) => stack);
    const names = new Set([...this.#due.keys(), ...fresh, ...changed, ...this.#looked.keys()]);
    for (const gone of [...names].filter((name) => stacks.get(name) === undefined)) {
      names.delete(gone);
      this.#looked.delete(gone);
    }
    return [...names].slice(0, MOST_LOOKED_AT).map((name) => [name, stacks.get(name) as StackState] as const);
  }
}
