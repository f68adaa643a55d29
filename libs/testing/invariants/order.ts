import { type BerthEvent, laneOf, subjectOf } from '#libs/contracts';
import type { Order } from './model.ts';
import type { Rule, Violation } from './rule.ts';

/** I8: nothing in the log is lost or reordered: positions, streams and lanes count without a gap, and time never runs backwards. */
export const gapless: Rule = {
  invariant: 'I8',
  before: (event, { order }) => {
    const lane = laneOf(subjectOf(event.data as Parameters<typeof subjectOf>[0]));
    const wrong = [
      ...next(order, 'the log', event.position),
      ...next(order, `stream ${event.stream}`, event.version),
      ...next(order, `lane ${event.lane}`, event.laneNo),
      ...(event.lane === lane ? [] : [`event ${event.id} is in lane ${event.lane} instead of ${lane}`]),
      ...(order.ids.has(event.id) ? [`event ${event.id} is in the log twice`] : []),
      ...(event.at < order.at ? [`time runs backwards at event ${event.id}`] : []),
    ];
    order.ids.add(event.id);
    order.at = Math.max(order.at, event.at);
    return wrong;
  },
};

const next = ({ newest }: Order, what: string, number: number): readonly string[] => {
  const wanted = (newest.get(what) ?? 0) + 1;
  newest.set(what, number);
  return number === wanted ? [] : [`${what} goes on with ${number} instead of ${wanted}`];
};

/** I9: replaying the log gives the same state. `fold` is the product's own. */
export const replays = (events: readonly BerthEvent[], fold: (events: readonly BerthEvent[]) => unknown): readonly Violation[] => {
  const once = JSON.stringify(fold(events));
  const again = JSON.stringify(fold(events.map((event) => JSON.parse(JSON.stringify(event)) as BerthEvent)));
  const message = 'folding the log a second time gives another state';
  return once === again ? [] : [{ invariant: 'I9', position: events.at(-1)?.position ?? 0, message }];
};
