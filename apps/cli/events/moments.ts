import { isoText } from '#libs/contracts';
import { parseDuration } from '#libs/manifest/yaml';
import { EXIT, Exit } from '../exit.ts';

/** `10m` or `30d` is so long ago; anything else is a time that the API reads. */
export const momentOf = (option: string, text: string | undefined, now: number): string | undefined => {
  if (text === undefined) return undefined;
  const ago = daysOf(text) ?? parseDuration(text);
  if (ago !== null) return isoText(now - ago);
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return text;
  throw new Exit(EXIT.usage, `read ${option}: ${text} is no time; write it as 10m, 30d, 2026-11-21 or 2026-11-21T14:00:00Z`);
};

/** A manifest has no days; an operator does. */
const daysOf = (text: string): number | null => (/^\d{1,4}d$/.test(text) ? Number.parseInt(text, 10) * 86_400_000 : null);
