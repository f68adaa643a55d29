import type { HarmKind } from '../harm/harms.ts';
import type { OperationKind } from '../plan/operations.ts';

export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Is there exactly once. */
  readonly from: string;
  readonly to: string;
  /** Worlds with none of these can't show it, and are not lived. */
  readonly needs?: readonly (HarmKind | OperationKind)[];
  /** Ends the sentence "In it …". */
  readonly breaks: string;
  /** Of the bugs that others had (section 2 of the note on reliability), those that it expresses. */
  readonly expresses?: string;
}

/** The file with the bug in it. Throws unless there is exactly one place for it. */
export const planted = ({ name, file, from, to }: Mutant, source: string): string => {
  const places = source.split(from).length - 1;
  if (places !== 1) throw new Error(`plant ${name}: ${file} has its text ${places} times, not once: change "from" in the table of mutants`);
  return source.replace(from, () => to);
};
