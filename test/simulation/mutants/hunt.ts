import { runSeeds } from '../campaign/run-seeds.ts';
import { claimOf } from '../campaign/verdict.ts';
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
export const hunt = async (mutant: Mutant, { from, seeds, jobs }: Seeds): Promise<Hunt> => {
  const preload = new URL(`plant.ts?${encodeURIComponent(mutant.name)}`, import.meta.url).href;
  const verdicts = await runSeeds({ from, count: seeds, jobs, preload, stopsAtFirst: true });
  const first = verdicts.find(({ violations }) => violations.length > 0);
  const words = first?.violations[0] ?? '';
  return { mutant, found: first ? { seed: first.seed, claim: claimOf(words), words } : null };
};

export const huntAll = async (mutants: readonly Mutant[], range: Seeds, say: (words: string) => void): Promise<readonly Hunt[]> => {
  const hunts: Hunt[] = [];
  for (const mutant of mutants) {
    const done = await hunt(mutant, range);
    hunts.push(done);
    say(`${mutant.name}: ${done.found ? `seed ${done.found.seed}, ${done.found.words}` : `not found within ${range.seeds} seeds`}`);
  }
  return hunts;
};
