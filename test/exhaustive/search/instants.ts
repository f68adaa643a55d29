import { digest } from './digest.ts';

/** From this age on no decision tells one instant from another: the drain timeout of the scenario. */
const OLD_MS = 2000;

/** An instant in a text, for `agedText` to replace by its age. */
const INSTANT = /~(\d+)/g;
export const instant = (at: number): string => `~${at}`;

/** By age, what is told by its instant. */
export const agedText = (text: string, now: number): string =>
  text.includes('~') ? digest(text.replace(INSTANT, (_, at: string) => `~${Math.min(OLD_MS, now - Number(at))}`)) : text;
