import type { BerthEvent } from '#libs/contracts';
import type { Subscription } from './feed.ts';

/** An event as far as it says whose turn it is: what it tells, the feed brings. */
export interface Turn extends Pick<BerthEvent, 'incarnation' | 'position' | 'lane'> {
  /** With a `stack` where it concerns one alone. */
  readonly data: object;
}

/** In the order of their positions; at most 500. */
export interface TurnBatch {
  readonly events: readonly Turn[];
}

/**
 * Shares a service's work among its replicas: each event of the log is handed to one of them, in the order of its lane, at least
 * once. It only says whose turn it is to decide: the feed tells every replica what happened, and the log's expected versions alone keep
 * two deciders apart. What a replica had not ended when it died or froze is handed to another one.
 */
export abstract class Turns {
  /** Those of which this replica has the turns now, by who else is there; undefined where nobody counts replicas. */
  get lanes(): readonly number[] | undefined {
    return undefined;
  }

  /** A batch is of one lane. A handler that throws gets the same batch again after a pause. */
  abstract take(consumer: string, handle: (batch: TurnBatch) => Promise<void>): Promise<Subscription>;
}
