import { parseDuration } from '#libs/manifest/yaml';
import { EXIT, Exit } from './exit.ts';

/** What `--timeout` says, in milliseconds. Throws `Exit` where it is no time. */
export const readTimeout = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === null) throw new Exit(EXIT.usage, `read --timeout: ${text} is no time; write it as 90s or 15m`);
  return ms;
};
