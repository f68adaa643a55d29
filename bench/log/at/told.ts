import { ManualClock } from '#libs/clock';
import type { BerthEvent } from '#libs/contracts';
import { rolloutDue } from '#libs/domain/rollout';
import type { Head } from '#libs/event-log';
import { MemoryEventLog } from '#libs/event-log/memory';
import { History } from '#libs/testing/history';
import { Play, requestOf } from '#libs/testing/neighbours';

/** A log of these events, or of so many that nobody reads. */
export class Told extends MemoryEventLog {
  readonly #events: readonly BerthEvent[];
  readonly #position: number;

  constructor(events: readonly BerthEvent[], position = events.length) {
    super(new ManualClock());
    this.#events = events;
    this.#position = position;
  }

  override async head(): Promise<Head> {
    return { ...(await super.head()), position: this.#position };
  }

  override async read({ after = 0, limit = 100 }: { after?: number; limit?: number }): Promise<readonly BerthEvent[]> {
    return this.#events.slice(after, after + limit);
  }
}

/** Version after version of one stack with ten containers, each promoted and retired. */
export const storyOf = (least: number): readonly BerthEvent[] => {
  const play = new Play(new History().joined('one').connected('one').joined('two').connected('two'), 'shop', rolloutDue);
  const services = { web: { replicas: 10, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http' as const, names: [] }] }] } };
  for (let number = 1; play.history.events.length < least; number++) play.tell(requestOf('shop', number, services)).until();
  return play.history.events;
};
