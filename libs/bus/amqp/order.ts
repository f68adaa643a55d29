import type { BerthEvent } from '#libs/contracts';

/** The place of an event in the one order. */
type Place = Pick<BerthEvent, 'incarnation' | 'position'>;

/**
 * Events after `last` in their order, each once, cut wherever a position is missing: no part has a gap inside, and a gap between two
 * parts is the reader's to close from the log.
 */
export const runsAfter = <T extends Place>(last: Place | null, events: readonly T[]): readonly (readonly T[])[] => {
  const runs: T[][] = [];
  let before = last;
  for (const event of [...events].sort(compare)) {
    if (before && compare(event, before) <= 0) continue;
    const run = runs.at(-1);
    const end = run?.at(-1);
    if (run && end && end.incarnation === event.incarnation && end.position + 1 === event.position) run.push(event);
    else runs.push([event]);
    before = event;
  }
  return runs;
};

const compare = (a: Place, b: Place): number => a.incarnation - b.incarnation || a.position - b.position;
