import { type BerthEvent, laneOf, subjectOf } from '#libs/contracts';
import type { Rule, Violation } from './rule.ts';

/** I8: nothing in the log is lost or reordered: positions, streams and lanes count without a gap, and time never runs backwards. */
export const gapless = (): Rule => {
  const newest = new Map<string, number>();
  const ids = new Set<string>();
  let at = Number.NEGATIVE_INFINITY;
  const next = (what: string, number: number): readonly string[] => {
    const wanted = (newest.get(what) ?? 0) + 1;
    newest.set(what, number);
    return number === wanted ? [] : [`${what} goes on with ${number} instead of ${wanted}`];
  };
  return {
    invariant: 'I8',
    before: (event) => {
      const lane = laneOf(subjectOf(event.data as Parameters<typeof subjectOf>[0]));
      const wrong = [
        ...next('the log', event.position),
        ...next(`stream ${event.stream}`, event.version),
        ...next(`lane ${event.lane}`, event.laneNo),
        ...(event.lane === lane ? [] : [`event ${event.id} is in lane ${event.lane} instead of ${lane}`]),
        ...(ids.has(event.id) ? [`event ${event.id} is in the log twice`] : []),
        ...(event.at < at ? [`time runs backwards at event ${event.id}`] : []),
      ];
      ids.add(event.id);
      at = Math.max(at, event.at);
      return wrong;
    },
  };
};

/** I9: replaying the log gives the same state. `fold` is the product's own. */
export const replays = (events: readonly BerthEvent[], fold: (events: readonly BerthEvent[]) => unknown): readonly Violation[] => {
  const once = JSON.stringify(fold(events));
  const again = JSON.stringify(fold(events.map((event) => JSON.parse(JSON.stringify(event)) as BerthEvent)));
  const message = 'folding the log a second time gives another state';
  return once === again ? [] : [{ invariant: 'I9', position: events.at(-1)?.position ?? 0, message }];
};
