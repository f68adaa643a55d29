import type { BerthEvent } from '#libs/contracts';
import type { EventLog, EventQuery } from '#libs/event-log';

export interface Page {
  readonly events: readonly BerthEvent[];
  /** Read on after this position: whatever matches up to it is in this page or in one before. */
  readonly next: number;
  /** Nothing more matched when it was read. */
  readonly isLast: boolean;
}

/** The head is read first, so that a page which is not full covers everything up to it. */
export const readPage = async (log: EventLog, query: EventQuery & { readonly after: number; readonly limit: number }): Promise<Page> => {
  const head = await log.head();
  const events = await log.read(query);
  const last = events.at(-1)?.position ?? query.after;
  const isLast = events.length < query.limit;
  return { events, next: isLast ? Math.max(last, head.position) : last, isLast };
};
