import type { StackName } from '#libs/contracts';
import { imagesNamedBy, stackOf, type World } from '#libs/domain/stack';

const NONE: readonly string[] = [];

/** The images that each stack names by their ids, as it was looked at last. */
export class AskedImages {
  readonly #byStack = new Map<StackName, readonly string[]>();

  /** Does one of these stacks name an image that it did not name before? */
  isNew(world: World, stacks: readonly StackName[]): boolean {
    const fresh = stacks.filter((stack) => {
      const [before, now] = [this.#byStack.get(stack) ?? NONE, imagesNamedBy(stackOf(world, stack))];
      if (before === now) return false;
      this.#byStack.set(stack, now);
      return now.some((id) => !before.includes(id));
    });
    return fresh.length > 0;
  }
}
