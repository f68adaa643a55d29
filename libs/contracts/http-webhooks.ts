import type { Instant } from './ids.ts';

/** What a feed sends: what is not named is not asked for, what is named must all hold. */
export interface FeedFilter {
  readonly stack?: string;
  readonly stream?: string;
  readonly type?: readonly string[];
  readonly host?: string;
  readonly container?: string;
  readonly actor?: string;
  readonly correlation?: string;
  readonly causation?: string;
}

export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly filter: FeedFilter;
  /** `stopped`: the receiver answered 410, and nothing is sent any more. */
  readonly state: 'sending' | 'failing' | 'stopped';
  /** Everything that matches up to here was taken by the receiver. */
  readonly position: number;
  /** Positions of the log beyond it. */
  readonly behind: number;
  readonly createdAt: Instant;
  readonly deliveredAt: Instant | null;
  /** In a row. */
  readonly failures: number;
  readonly lastError: string | null;
  /** When it is tried again. */
  readonly retryAt: Instant | null;
}

/** Answer of `POST /v1/webhooks`. The secret is told this once. */
export interface WebhookAdded extends WebhookView {
  readonly secret: string;
}
