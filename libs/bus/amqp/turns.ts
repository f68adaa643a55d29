import { LANES } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import type { Members, Share } from '../members.ts';
import { draw } from '../sharing/shares.ts';
import { Shift } from '../sharing/shift.ts';
import { type TurnBatch, Turns } from '../turns.ts';
import { Subscriptions } from './consumer.ts';
import { EventQueues } from './event-queues.ts';
import type { Link } from './link.ts';
import type { Morgue } from './morgue.ts';
import { turnsIn } from './opened.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { laneKeys, turnOptions, turnQueue } from './topology.ts';

export interface Sharing {
  readonly members: Members;
  readonly share: Share;
}

interface TurnsOptions extends ReplicaOptions {
  /** Without it this replica takes all lanes that the broker gives it. */
  readonly sharing?: Sharing | undefined;
  readonly morgue: Morgue;
}

const PREFETCH = 100;
const PRIORITIES = 1000;

/** A durable queue for each lane, of which the broker lets one replica read; the next one gets what that one left. */
export class AmqpTurns extends Turns {
  readonly #queues: EventQueues;
  readonly #options: TurnsOptions;
  readonly #subscriptions = new Subscriptions();
  #shift: Shift | null = null;
  #onDuty: (isOnDuty: boolean) => void = () => undefined;

  constructor(link: Link, options: TurnsOptions) {
    super();
    this.#queues = new EventQueues(link, options);
    this.#options = options;
  }

  override get lanes(): readonly number[] | undefined {
    return this.#shift?.lanes;
  }

  /** Calls when this replica begins to take turns, and when it stands by. */
  whenOnDuty(call: (isOnDuty: boolean) => void): void {
    this.#onDuty = call;
  }

  async take(consumer: string, handle: (batch: TurnBatch) => Promise<void>): Promise<Subscription> {
    const { sharing, replica, clock, report } = this.#options;
    if (!sharing) return this.#takeAll(consumer, handle);
    const open = (lane: number): Promise<Subscription> => this.#takeLane(consumer, lane, handle);
    const onDuty = (isOnDuty: boolean): void => this.#onDuty(isOnDuty);
    const shift = new Shift({ ...sharing, service: consumer, replica, clock, report, open, onDuty });
    this.#shift = shift;
    await shift.begin();
    return this.#subscriptions.add(shift);
  }

  async #takeAll(consumer: string, handle: (batch: TurnBatch) => Promise<void>): Promise<Subscription> {
    const lanes = Array.from({ length: LANES }, (_, lane) => this.#takeLane(consumer, lane, handle));
    const subscriptions = await Promise.all(lanes);
    const all = { close: async () => void (await Promise.all(subscriptions.map((subscription) => subscription.close()))) };
    return this.#subscriptions.add(all);
  }

  close(): Promise<void> {
    return this.#subscriptions.close();
  }

  #takeLane(consumer: string, lane: number, handle: (batch: TurnBatch) => Promise<void>): Promise<Subscription> {
    const { replica, morgue } = this.#options;
    return this.#queues.read({
      ...{ name: `turn ${consumer} of lane ${lane}`, prefetch: PREFETCH, morgue },
      // Where two believe to own a lane, it is the one who would own it if all knew both.
      priority: draw(replica, lane) % PRIORITIES,
      ...{ queue: turnQueue(consumer, lane), options: turnOptions, keys: [laneKeys(lane)] },
      open: turnsIn,
      handle: (events) => handle({ events }),
    });
  }
}
