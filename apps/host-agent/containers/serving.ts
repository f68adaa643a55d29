import type { ContainerId, NamesPart } from '#libs/contracts';
import type { Goal } from '#libs/domain/host';

/** Those of promoted versions: each was healthy before its promotion, though this agent may have lost what it knew of that. */
export const servingOf = (goals: readonly Goal[], names: readonly NamesPart[]): ReadonlySet<ContainerId> => {
  const promoted = new Map(names.map((part) => [part.stack, part.promoted]));
  return new Set(goals.flatMap((goal) => (goal.goal === 'run' && promoted.get(goal.stack) === goal.spec.version ? [goal.container] : [])));
};
