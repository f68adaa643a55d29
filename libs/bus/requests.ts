import type { Subscription } from './feed.ts';

/** A wish of CI, as it came. Nothing in it is trusted but `userId`, which the broker checked; null when the sender left it out. */
export interface RequestMessage {
  /** The parsed JSON. */
  readonly body: unknown;
  readonly userId: string | null;
  readonly messageId: string | null;
  readonly replyTo: string | null;
  readonly correlationId: string | null;
}

export type RequestOutcome = { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly problem: unknown };

/** Wishes that come as messages. Each is handed over at least once; several at a time, in no order. */
export abstract class RequestsInlet {
  /**
   * An outcome goes to `replyTo` where there is one; a problem that nobody asked to be told goes to the dead letters with its reason.
   * A handler that throws `Transient` gets the message again, later and later; `Rejected` is a problem too.
   */
  abstract subscribe(handle: (message: RequestMessage) => Promise<RequestOutcome>): Promise<Subscription>;
}
