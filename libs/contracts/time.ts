import type { Instant } from './ids.ts';

/** RFC 3339 in UTC with milliseconds. */
export const isoText = (at: Instant): string => new Date(at).toISOString();

/** Reads what `isoText` wrote. */
export const instantOfText = (text: string): Instant => Date.parse(text);
