import type { Refusal } from '../api/refusal.ts';
import type { ManifestFile } from './manifest-file.ts';

/** A refusal of the API in words, its faults led back to the lines of the manifest. */
export const refusalLines = ({ message, problem }: Refusal, { file, locatePointer }: ManifestFile): string[] => {
  const faults = problem.errors ?? [];
  const lines = faults.map(({ pointer, detail }) => {
    const inCompose = /^#\/compose(\/.*|$)/.exec(pointer)?.[1];
    if (inCompose === undefined) return `${pointer}: ${detail}`;
    const { line, column, path } = locatePointer(decodeURIComponent(inCompose));
    return `${file}:${line}:${column} ${path}: ${detail}`;
  });
  return faults.length > 0 ? [problem.title, ...lines] : [message];
};
