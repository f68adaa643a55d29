import { instantOfText, Rejected, type StackName, stackName } from '#libs/contracts';
import type { Past } from './past.ts';

/** A place in the log as a person names it; `version` where it was named by one. */
export interface Place {
  readonly position: number;
  readonly version: { readonly stack: StackName; readonly version: number } | null;
}

/** RFC 3339, to the minute or finer. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads a position, a time, or a version such as `shop@3`. Throws `Rejected` with what can be used. */
export const placeOf = async (past: Past, text: string): Promise<Place> => {
  const head = await past.head();
  if (/^\d{1,15}$/.test(text)) return { position: upTo(head, Number(text)), version: null };
  const [, stack, number] = /^(.+)@(\d{1,9})$/.exec(text) ?? [];
  if (stack !== undefined) return placeOfVersion(past, stack, Number(number));
  const at = TIME.test(text) ? instantOfText(text.toUpperCase().replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(at))
    throw new Rejected(`read moment ${text}: use a position (4711), a time (2026-11-21T14:00:00Z) or a version (shop@3)`);
  return { position: await past.positionAt(at), version: null };
};

const upTo = (head: number, position: number): number => {
  if (position <= head) return position;
  throw new Rejected(`read moment ${position}: the log ends at position ${head}`);
};

const placeOfVersion = async (past: Past, text: string, version: number): Promise<Place> => {
  const { data: stack } = stackName.safeParse(text);
  const position = stack === undefined ? null : await past.positionOf(stack, version);
  if (stack === undefined || position === null) throw new Rejected(`read moment ${text}@${version}: there is no such version`);
  return { position, version: { stack, version } };
};
