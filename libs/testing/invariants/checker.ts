import type { BerthEvent } from '#libs/contracts';
import { emptyWorld, evolveWorld } from '#libs/domain/stack';
import { freeAddress } from './addresses.ts';
import { copyOf } from './copy.ts';
import { oneDeployment } from './deployments.ts';
import { untouched } from './failures.ts';
import { emptyModel, type Model } from './model.ts';
import { gapless, replays } from './order.ts';
import { fittingHost, oneContainerASlot, spreadHosts } from './placements.ts';
import { onePortANames } from './ports.ts';
import { ownHost } from './reports.ts';
import { servedRoutes } from './routes.ts';
import type { Rule, Violation } from './rule.ts';
import { stopsUnused } from './stops.ts';
import { take } from './take.ts';
import { callersFirst } from './waves.ts';

const foldWorld = (events: readonly BerthEvent[]): unknown => events.reduce(evolveWorld, emptyWorld);

/**
 * Judges a whole log, from its first event on, by the invariants that a log can show. An empty answer says that none was
 * broken. `fold` is what I9 replays.
 */
export const checkInvariants = (events: readonly BerthEvent[], fold = foldWorld): readonly Violation[] => [
  ...new LogChecker().take(events),
  ...replays(events, fold),
];

const RULES: readonly Rule[] = [
  ...[oneDeployment, servedRoutes, oneContainerASlot, fittingHost, spreadHosts, onePortANames, stopsUnused],
  ...[callersFirst, gapless, untouched, ownHost, freeAddress],
];

/** The same without I9, as the log goes on; of many logs that begin alike a copy judges each from where they part. */
export class LogChecker {
  readonly model: Model;

  constructor(model = emptyModel()) {
    this.model = model;
  }

  copy(): LogChecker {
    return new LogChecker(copyOf(this.model));
  }

  take(events: readonly BerthEvent[]): readonly Violation[] {
    const { model } = this;
    return events.flatMap((event) => {
      const before = RULES.flatMap((rule) => say(rule, event, rule.before?.(event, model)));
      take(model, event);
      return [...before, ...RULES.flatMap((rule) => say(rule, event, rule.after?.(event, model)))];
    });
  }
}

const say = ({ invariant }: Rule, { position }: BerthEvent, messages: readonly string[] = []): readonly Violation[] =>
  messages.map((message) => ({ invariant, position, message }));
