import { runSeeds } from '../campaign/run-seeds.ts';
import { claimOf } from '../campaign/verdict.ts';
import { planOf } from '../plan/plan.ts';
import type { Mutant } from './mutant.ts';

export interface Hunt {
  readonly mutant: Mutant;
  /** The first world that showed it; null when none did. */
  readonly found: { readonly seed: number; readonly claim: string; readonly words: string } | null;
}

interface Seeds {
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
}

/** Plants one bug and lives worlds until one of them shows it. */
export const hunt = async (mutant: Mutant, { from, seeds }: Omit<Seeds, 'jobs'>): Promise<Hunt> => {
  const preload = new URL(`plant.ts?${encodeURIComponent(mutant.name)}`, import.meta.url).href;
  const verdicts = await runSeeds({ from, count: seeds, jobs: 1, preload, stopsAtFirst: true, isMeant: (seed) => mayShow(mutant, seed) });
  const first = verdicts.find(({ violations }) => violations.length > 0);
  const words = first?.violations[0] ?? '';
  return { mutant, found: first ? { seed: first.seed, claim: claimOf(words), words } : null };
};

const mayShow = ({ needs }: Mutant, seed: number): boolean => {
  if (!needs) return true;
  const { faults, operations } = planOf(seed);
  return [...faults, ...operations].some(({ kind }) => needs.includes(kind));
};

/** Hunts each with a process of its own, so many at a time. */
export const huntAll = async (
  mutants: readonly Mutant[],
  range: Seeds,
  onHunted: (newest: Hunt, all: readonly Hunt[]) => void,
): Promise<readonly Hunt[]> => {
  const waiting = [...mutants];
  const hunts: Hunt[] = [];
  const inOrder = (): readonly Hunt[] => mutants.flatMap((mutant) => hunts.filter((each) => each.mutant === mutant));
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const done = await hunt(mutant, range);
      hunts.push(done);
      onHunted(done, inOrder());
    }
  };
  await Promise.all(Array.from({ length: range.jobs }, work));
  return inOrder();
};
