import type { Manifest } from '#libs/contracts';
import { type PathFault, pathText, pointerText } from './faults.ts';
import { readCompose } from './normalise.ts';

export { didYouMean } from './did-you-mean.ts';

interface PointedFault {
  /** RFC 6901, into the compose document: `/services/web/image`. The empty pointer is the whole document. */
  readonly pointer: string;
  readonly detail: string;
}

export type NormalisedCompose =
  | {
      readonly ok: true;
      readonly manifest: Manifest;
      /** Services without an `image` of their own: somebody must have built them. */
      readonly builtOnly: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly PointedFault[] };

/** Reads a compose.yaml that arrived as JSON, its variables resolved. */
export const normaliseCompose = (json: unknown): NormalisedCompose => {
  const { manifest, builtOnly, errors, warnings } = readCompose(json);
  if (manifest === null) return { ok: false, errors: errors.map((fault) => ({ pointer: pointerText(fault.path), detail: words(fault) })) };
  return { ok: true, manifest, builtOnly, warnings: warnings.map((fault) => `${pathText(fault.path)}: ${words(fault)}`) };
};

const words = ({ message, fix }: PathFault): string => `${message}; ${fix}`;
