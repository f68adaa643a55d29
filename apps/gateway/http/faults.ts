import type { Fault } from './problem.ts';

/** What a Standard Schema says is wrong; zod adds which keys it did not know. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** A key that is not known is named by the pointer, not only in the words. */
export const faultsOf = (issues: readonly Issue[]): readonly Fault[] =>
  issues.flatMap((issue) => {
    const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
    if (issue.code !== 'unrecognized_keys' || !issue.keys) return [{ pointer: pointerTo(path), detail: issue.message }];
    return issue.keys.map((key) => ({ pointer: pointerTo([...path, key]), detail: 'remove this key: it is not known here' }));
  });

/** RFC 6901 as a URI fragment; the whole document is `#`. */
export const pointerTo = (path: readonly string[]): string => ['#', ...path.map(escapeStep)].join('/');

/** The same of a pointer that is no fragment yet. */
export const fragmentOf = (pointer: string): string => `#${pointer.split('/').map(encode).join('/')}`;

const escapeStep = (step: string): string => encode(step.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Half a surrogate pair has no encoding. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
