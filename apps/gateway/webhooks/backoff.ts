const FIRST_MS = 1000;
const MOST_MS = 300_000;

/** After so many failures in a row: 1 s, 2 s, 4 s … 5 minutes. The log keeps what waits, so it is never given up. */
export const backoffMs = (failures: number): number => Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(30, Math.max(0, failures - 1)));
