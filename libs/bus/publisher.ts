import type { BerthEvent } from '#libs/contracts';

/** Hands the log's events to everybody's feed and turns, in the order in which they are given. */
export abstract class EventPublisher {
  /**
   * Resolves when the broker holds all of them. Throws `Transient` when it is away or goes before that: what then came through is
   * unknown, and all may be published again. Waits as long as the broker takes nothing for want of room.
   */
  abstract publish(events: readonly BerthEvent[]): Promise<void>;
}
