import type { BerthEvent } from '#libs/contracts';
import type { EventLog, EventQuery, Head } from '#libs/event-log';

export interface Page {
  readonly events: readonly BerthEvent[];
  /**
   * Oldest first: read on after this position; whatever matches up to it is in this page or in one before. Newest first: read on before it;
   * null when nothing matches there.
   */
  readonly next: number | null;
  /** Nothing more matched when it was read. */
  readonly isLast: boolean;
  /** As it was before the page was read. */
  readonly head: Head;
}

type Asked = EventQuery & { readonly limit: number };

/** The head is read first, so that a page which is not full covers everything up to it. Of one incarnation, whatever happens meanwhile. */
export const readPage = async (log: EventLog, query: Asked): Promise<Page> => {
  const head = await log.head();
  const events = await log.read(query);
  if (events.some(({ incarnation }) => incarnation > head.incarnation)) return readPage(log, query);
  const isLast = events.length < query.limit;
  return { events, next: query.order === 'newest' ? nextBefore(events, isLast) : nextAfter(query, events, isLast, head), isLast, head };
};

const nextBefore = (events: readonly BerthEvent[], isLast: boolean): number | null => (isLast ? null : (events.at(-1)?.position ?? null));

const nextAfter = ({ after = 0, before }: Asked, events: readonly BerthEvent[], isLast: boolean, head: Head): number => {
  const last = events.at(-1)?.position ?? after;
  return isLast ? Math.max(last, Math.min(head.position, (before ?? Number.POSITIVE_INFINITY) - 1)) : last;
};
