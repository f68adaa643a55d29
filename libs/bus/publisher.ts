import type { BerthEvent, Concern } from '#libs/contracts';

/** An event as the log gives it: `data` is read, or still the text that was appended. */
export interface Outgoing extends Readonly<Record<'position' | 'incarnation' | 'lane' | 'laneNo' | 'version' | 'v' | 'at', number>> {
  readonly stream: BerthEvent['stream'];
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly correlation: string;
  readonly causation: string | null;
  readonly data: object | string;
  /** The stack or host that it concerns, and which of them that is; needed where the data is text. */
  readonly subject?: string;
  readonly concerns?: Concern;
}

/** Hands the log's events to everybody's feed and turns, in the order in which they are given. */
export abstract class EventPublisher {
  /**
   * Resolves when the broker holds all of them. Throws `Transient` when it is away or goes before that: what then came through is
   * unknown, and all may be published again. Waits as long as the broker takes nothing for want of room. May be called again before
   * that: what was given first goes first.
   */
  abstract publish(events: readonly Outgoing[]): Promise<void>;
}
