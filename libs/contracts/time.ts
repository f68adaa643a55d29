import type { Instant } from './ids.ts';

/** RFC 3339 in UTC with milliseconds. */
export const isoText = (at: Instant): string => new Date(at).toISOString();

/** Reads what `isoText` wrote. */
export const instantOfText = (text: string): Instant => Date.parse(text);

/** What is left of time of work: it runs only while somebody listens who would end it. */
export interface TimeLeft {
  readonly listeningMs: number;
  /** Since when nobody listens, so that it stands still; null while it runs. */
  readonly silentSince: Instant | null;
}
