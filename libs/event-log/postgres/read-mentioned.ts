import { type BerthEvent, Transient } from '#libs/contracts';
import type { EventQuery } from '../event-log.ts';
import { isMentioned, limitOf } from '../query.ts';

export interface MentionedPorts {
  /** Up to where `mentions` is filled, and where the log ends. */
  places(): Promise<{ readonly filled: number; readonly head: number }>;
  /** Along `mentions`, at positions up to which it is filled. */
  known(query: EventQuery): Promise<readonly BerthEvent[]>;
  /** By the columns of events alone. */
  plain(query: EventQuery): Promise<readonly BerthEvent[]>;
}

/** So many events are looked through for a question; if more are missing, the index is still being made. */
const MOST_MISSING = 20_000;
const CHUNK = 1000;

/** Exact, however far behind `mentions` is: what is not in it yet is looked through. */
export const readMentioned = async (ports: MentionedPorts, query: EventQuery): Promise<readonly BerthEvent[]> => {
  const limit = limitOf(query);
  const { filled, head } = await ports.places();
  const knownOnes = (most: number) => ports.known({ ...query, before: Math.min(query.before ?? filled + 1, filled + 1), limit: most });
  const missingOnes = (most: number) => lookThrough(ports, { ...query, after: Math.max(query.after ?? 0, filled), limit: most }, head);
  const [first, second] = query.order === 'newest' ? [missingOnes, knownOnes] : [knownOnes, missingOnes];
  const events = await first(limit);
  const found = events.length < limit ? [...events, ...(await second(limit - events.length))] : events;
  return found.filter((event) => isMentioned(event, query));
};

const lookThrough = async (ports: MentionedPorts, query: EventQuery, head: number): Promise<readonly BerthEvent[]> => {
  const { after = 0, limit = 0, order = 'oldest' } = query;
  if (after >= Math.min(head, (query.before ?? head + 1) - 1)) return [];
  if (head - after > MOST_MISSING)
    throw new Transient(`read the log by what is mentioned: its index holds ${after} of ${head} positions yet; ask again later`);
  const found: BerthEvent[] = [];
  for (let rest: EventQuery = { ...query, limit: CHUNK }; found.length < limit; ) {
    const events = await ports.plain(rest);
    found.push(...events.filter((event) => isMentioned(event, query)));
    const last = events.at(-1);
    if (!last || events.length < CHUNK) break;
    rest = { ...rest, ...(order === 'newest' ? { before: last.position } : { after: last.position }) };
  }
  return found.slice(0, limit);
};
