import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';

export type Path = readonly (string | number)[];

/** What is wrong, or not acted on, at one place of a compose.yaml. */
export interface PathFault {
  readonly path: Path;
  /** The fault is the key itself, not what stands under it. */
  readonly isKey: boolean;
  readonly message: string;
  readonly fix: string;
  /** The other place, where two of them contradict each other. */
  readonly other?: Path;
}

/** `services.web.x-berth.ports[0]`. */
export const pathText = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

/** RFC 6901. */
export const pointerText = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Turns what zod found into faults; messages of our own schemas carry their fix in `params`. */
export const faultsOf = (error: z.ZodError): PathFault[] => error.issues.flatMap(faultsOfIssue);

const faultsOfIssue = (issue: z.core.$ZodIssue): PathFault[] => {
  const path = issue.path as Path;
  switch (issue.code) {
    case 'unrecognized_keys':
      // The message of a strict object lists the keys that it knows: see `composeObject`.
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message.split(' ')));
    case 'custom':
      return [{ path, isKey: issue.params?.isKey === true, message: issue.message, fix: String(issue.params?.fix ?? '') }];
    case 'invalid_type':
      return [wrongType(path, issue.expected, issue.message.endsWith('received undefined'))];
    case 'invalid_union':
      return meantBranch(issue.errors).flatMap((inner) => faultsOfIssue({ ...inner, path: [...path, ...inner.path] }));
    case 'invalid_value':
      return [{ path, isKey: false, message: 'has a value that is not known', fix: `use ${issue.values.map(String).join(' or ')}` }];
    default:
      return [{ path, isKey: false, message: issue.message, fix: 'change the value' }];
  }
};

/** Of a field that may be written in several shapes: what the shape says that was meant. */
const meantBranch = (branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] =>
  branches.reduce((best, branch) => (nearness(branch) >= nearness(best) ? branch : best), branches[0] ?? []);

/** A branch that looked into the value is nearer than one that judged it, and that than one that wanted another type. Shorthands come first. */
const nearness = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.min(...issues.map(({ path, code }) => (path.length > 0 || code === 'unrecognized_keys' ? 2 : code === 'invalid_type' ? 0 : 1)));

const unknownKey = (path: Path, key: string, known: readonly string[]): PathFault => {
  const meant = didYouMean(key, known);
  return {
    path,
    isKey: true,
    message: `is not a key that Compose or Berth knows${meant === null ? '' : `; did you mean ${meant}?`}`,
    fix: meant === null ? 'remove it' : `write ${meant}`,
  };
};

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
};

const wrongType = (path: Path, expected: string, isMissing: boolean): PathFault => {
  const wanted = WORDS[expected] ?? `a ${expected}`;
  return { path, isKey: false, message: isMissing ? 'is missing' : `must be ${wanted}`, fix: `give it ${wanted}` };
};
