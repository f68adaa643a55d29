import type { Generation } from '#libs/contracts';

/** Positions that others are compared with, each once, in order. */
export type Marks = readonly number[];

/** How a position stands to the marks: an even number is the mark itself. */
export const rank = (marks: Marks, position: number): number => {
  const above = marks.findIndex((mark) => mark >= position);
  if (above < 0) return 2 * marks.length - 1;
  return marks[above] === position ? 2 * above : 2 * above - 1;
};

export const marksOf = (generations: readonly (Generation | null | undefined)[]): Marks =>
  marks(generations.flatMap((generation) => (generation ? [generation.position] : [])));

export const marks = (positions: readonly number[]): Marks => [...new Set(positions)].sort((a, b) => a - b);

/** What a world's log is compared with. */
export interface Known {
  readonly names: Marks;
  readonly doors: Marks;
  readonly isRetiring: boolean;
}
