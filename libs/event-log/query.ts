import { type BerthEvent, mentionsOf } from '#libs/contracts';
import type { EventQuery } from './event-log.ts';
import type { StoredEvent } from './stored.ts';

const USUAL_LIMIT = 100;
const HIGHEST_LIMIT = 1000;

export const limitOf = ({ limit = USUAL_LIMIT }: EventQuery): number => Math.max(0, Math.min(limit, HIGHEST_LIMIT));

/** Null: of any type. */
export const typesOf = ({ type }: EventQuery): readonly string[] | null =>
  type === undefined ? null : typeof type === 'string' ? [type] : [...new Set(type)];

/** Whether the columns of an event are what was asked for; what its data name is `isMentioned`'s to say. */
export const fits = (stored: StoredEvent, query: EventQuery): boolean =>
  stored.position > (query.after ?? 0) &&
  stored.position < (query.before ?? Number.POSITIVE_INFINITY) &&
  stored.at >= (query.from ?? Number.NEGATIVE_INFINITY) &&
  stored.at < (query.until ?? Number.POSITIVE_INFINITY) &&
  (query.stack === undefined || (stored.concerns === 'stack' && stored.subject === query.stack)) &&
  (typesOf(query)?.includes(stored.type) ?? true) &&
  EXACT.every((column) => query[column] === undefined || stored[column] === query[column]);

const EXACT = ['stream', 'actor', 'correlation', 'causation'] as const;

/** Whether the event names the host and the container that were asked for. */
export const isMentioned = (event: BerthEvent, { host, container }: EventQuery): boolean => {
  if (host === undefined && container === undefined) return true;
  const { hosts, containers } = mentionsOf(event);
  return (host === undefined || hosts.includes(host)) && (container === undefined || containers.includes(container));
};
