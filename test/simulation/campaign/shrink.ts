import { simulate } from '../drive/simulate.ts';
import { partsOf, planOf } from '../plan/plan.ts';
import { claimOf } from './verdict.ts';

export interface Shrunk {
  /** All that the failure can do without. */
  readonly without: readonly string[];
  /** What is left: faults, operations, hosts, replicas. */
  readonly left: readonly string[];
  readonly lives: number;
}

/** Breaks the claim in a world of this seed without these parts. */
type Fails = (without: readonly string[]) => Promise<boolean>;

/** Leaves out of a failing world whatever it fails without: first many at once, then one by one. Null where it does not break the claim. */
export const shrink = async (seed: number, claim?: string): Promise<Shrunk | null> => {
  let lives = 0;
  const violated = async (without: readonly string[]): Promise<readonly string[]> => {
    lives++;
    return (await simulate(seed, { without: new Set(without) })).violations;
  };
  const [first] = await violated([]);
  if (first === undefined) return null;
  const wanted = claim ?? claimOf(first);
  const fails: Fails = async (without) => (await violated(without)).some((violation) => claimOf(violation) === wanted);
  const parts = partsOf(planOf(seed));
  const without = await smallest(parts, fails);
  return { without, left: parts.filter((part) => !without.includes(part)), lives };
};

/** Halves, then quarters, down to single parts, until none of them can go any more. */
const smallest = async (parts: readonly string[], fails: Fails): Promise<readonly string[]> => {
  let gone: readonly string[] = [];
  for (let size = parts.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const left = parts.filter((part) => !gone.includes(part));
    for (let at = 0; at < left.length; at += size) {
      const tried = [...gone, ...left.slice(at, at + size)];
      if (await fails(tried)) gone = tried;
    }
  }
  return gone;
};
