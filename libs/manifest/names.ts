import { type StackName, stackName } from '#libs/contracts';
import type { Path, PathFault } from './faults.ts';
import type { Compose } from './grammar/compose.ts';

export const isLabel = (text: string): boolean => stackName.safeParse(text).success;

/** `x-berth.stack`, else Compose's `name`. */
export const stackOf = (read: Compose): { readonly stack: StackName; readonly errors: PathFault[] } => {
  const [path, text]: [Path, string | undefined] = read['x-berth']?.stack
    ? [['x-berth', 'stack'], read['x-berth'].stack]
    : [['name'], read.name];
  const parsed = stackName.safeParse(text);
  if (parsed.success) return { stack: parsed.data, errors: [] };
  const fault =
    text === undefined
      ? { path: [], isKey: false, message: 'the stack has no name', fix: 'write name: at the top, or x-berth.stack' }
      : {
          path,
          isKey: false,
          message: 'is not a stack name',
          fix: 'use 1 to 40 lower-case letters, digits and inner hyphens, beginning with a letter; x-berth.stack wins over name',
        };
  return { stack: '' as StackName, errors: [fault] };
};
