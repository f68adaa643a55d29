import type { Generation, Recorded } from '#libs/contracts';
import type { StackState } from './state.ts';

/** By incarnation that ended: the last of its positions that is still part of the log. */
export type Past = Readonly<Record<number, number>>;

export const pastAfter = (past: Past, { data: { until } }: Recorded<'IncarnationRaised'>): Past => {
  const earlier = Object.entries(past).filter(([incarnation]) => Number(incarnation) < until.incarnation);
  return { ...Object.fromEntries(earlier), [until.incarnation]: until.position };
};

/** It names something that was told once and that the log has lost. What is newer than the world is not. */
export const isLost = ({ incarnation, past }: { readonly incarnation: number; readonly past: Past }, named: Generation): boolean =>
  named.incarnation < incarnation && named.position > (past[named.incarnation] ?? -1);

/**
 * A host may serve what the log has lost, under a generation higher than all that the log knows. What shall be is therefore told
 * anew, in the same words and under the generation of the incarnation.
 */
export const toldAnew = (state: StackState, { incarnation, position }: Generation): StackState => {
  const generation = { incarnation, position };
  return { ...state, names: generation, desired: generation, doors: state.doors && { ...state.doors, generation } };
};
