import { isoText } from '#libs/contracts';
import { parseDuration } from '#libs/manifest/yaml';
import { EXIT, Exit } from '../exit.ts';

/** `10m` is so long ago; anything else is a time that the API reads. */
export const momentOf = (option: string, text: string | undefined, now: number): string | undefined => {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  if (ago !== null) return isoText(now - ago);
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return text;
  throw new Exit(EXIT.usage, `read ${option}: ${text} is no time; write it as 10m, 2026-11-21 or 2026-11-21T14:00:00Z`);
};
