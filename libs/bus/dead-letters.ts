import type { Subscription } from './feed.ts';

/** A message that nobody could take, with the reason. */
export interface DeadLetter {
  readonly body: Uint8Array;
  readonly reason: string;
  /** Where it was read last, and at which exchange and by which key it came in. */
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  /** Who sent it, as the broker checked it; null when nobody said. */
  readonly user: string | null;
  readonly properties: LetterProperties;
}

export type LetterProperties = Readonly<Record<'contentType' | 'messageId' | 'correlationId' | 'replyTo' | 'type', string | null>>;

/** What nobody could take: kept by whoever subscribes, until a person puts it back or drops it. */
export abstract class DeadLetters {
  /** Each is handed over at least once; one that `keep` throws for is handed over again. */
  abstract subscribe(keep: (letter: DeadLetter) => Promise<void>): Promise<Subscription>;
  /** Resolves when the broker holds it in the queue where it died. Throws `Rejected` for one that belongs nowhere, `Transient` when the broker is away. */
  abstract putBack(letter: DeadLetter): Promise<void>;
}
