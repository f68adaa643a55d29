import type { TimeLeft } from '#libs/contracts';
import { ageText } from './times.ts';

/** `87 s of listening left`; where that stands still, why. `what` it is that ends then: `the deadline`. */
export const leftText = (what: string, { listeningMs, silentSince }: TimeLeft, now: number): string => {
  const isOver = listeningMs === 0;
  const text = isOver ? `${what} has passed` : `${Math.ceil(listeningMs / 1000)} s of listening left`;
  if (silentSince === null) return text;
  return `${text}; nobody listens since ${ageText(now - silentSince)}${isOver ? '' : `: ${what} stands still`}`;
};
