import type { ReportedPart, StackName } from '#libs/contracts';
import type { DoorsLevel } from './doors-keeper.ts';
import type { NamesLevel } from './ports.ts';

/** One part for each stack that the host prepared, serves or answers for; ordered by stack. */
export const reportedParts = ({ proxies, busy }: DoorsLevel, names: readonly NamesLevel[]): readonly ReportedPart[] => {
  const doorsOf = new Map(proxies.map((level) => [level.stack, level]));
  const namesOf = new Map(names.map(({ stack, generation }) => [stack, generation]));
  const stacks = new Set([...doorsOf.keys(), ...namesOf.keys(), ...(Object.keys(busy) as StackName[])]);
  return [...stacks].sort().map((stack) => ({
    stack,
    drafts: doorsOf.get(stack)?.drafts ?? [],
    doors: doorsOf.get(stack)?.doors ?? null,
    names: namesOf.get(stack) ?? null,
    busy: busy[stack] ?? [],
  }));
};
