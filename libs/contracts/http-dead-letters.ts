import type { Instant } from './ids.ts';

/** `GET /v1/dead-letters`, newest first: a message that nobody could take. */
export interface DeadLetterView {
  readonly id: string;
  readonly reason: string;
  /** Where it died, and by which exchange and key it had come there. */
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  /** Of the broker, who sent it; null when nobody said. */
  readonly user: string | null;
  readonly messageId: string | null;
  readonly bytes: number;
  /** How often the same message died there. */
  readonly times: number;
  readonly since: Instant;
  /** The last time. */
  readonly at: Instant;
}

/** `GET /v1/dead-letters/<id>`. */
export interface DeadLetterShown extends DeadLetterView {
  readonly contentType: string | null;
  /** The body with its values left out, but for names that hold no secret: enough to see what was meant. Null when it is no text or was too large to be kept. */
  readonly text: string | null;
}
