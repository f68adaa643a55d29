/** `3m`: the two largest units at most. */
export const ageText = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return seconds < 600 ? trimmed(`${Math.floor(seconds / 60)}m`, seconds % 60, 's') : `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return trimmed(`${Math.floor(seconds / 3600)}h`, Math.floor((seconds % 3600) / 60), 'm');
  return trimmed(`${Math.floor(seconds / 86_400)}d`, Math.floor((seconds % 86_400) / 3600), 'h');
};

/** `12.3s`. */
export const secondsText = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)}s`;

/** `14:02:07` on the clock of this machine, or of the zone. */
export const clockText = (at: number, timeZone?: string): string =>
  format(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, timeZone);

/** `Saturday, 21 November 2026`. */
export const dayText = (at: number, timeZone?: string): string =>
  format(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, timeZone);

const format = (at: number, parts: Intl.DateTimeFormatOptions, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', ...(timeZone === undefined ? {} : { timeZone }) }).format(at);

const trimmed = (large: string, small: number, unit: string): string => (small === 0 ? large : `${large}${small}${unit}`);
