import { z } from 'zod';
import { containerId, eventId, eventTypes, hostId, stackName } from '#libs/contracts';
import { didYouMean } from '#libs/manifest';
import { addressQuery, instant, limit, wholeNumber } from './parameters.ts';

const text = (words: string) => z.string('give it once').regex(/^[\x21-\x7e]{1,200}$/, words);

/** `42`, or `1.42`: of incarnation 1. */
export const place = z
  .string('give it once')
  .regex(/^(\d{1,9}\.)?\d{1,15}$/, 'use a position, for example 42 or 1.42')
  .transform((given): { readonly incarnation: number | null; readonly position: number } => {
    const [position = '', incarnation] = given.split('.').reverse();
    return { incarnation: incarnation === undefined ? null : Number(incarnation), position: Number(position) };
  });

const wantedTypes = (given: readonly string[], context: z.RefinementCtx): readonly string[] => {
  for (const wanted of given.filter((name) => !(eventTypes as readonly string[]).includes(name))) {
    const near = didYouMean(wanted, eventTypes);
    context.addIssue(`no event is of the type ${wanted}${near === null ? '; use one such as VersionPromoted' : `; did you mean ${near}?`}`);
  }
  return [...new Set(given)].toSorted();
};

const types = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((list) => list.split(',')))
  .transform(wantedTypes);

/** By which a feed is filtered too. */
const filters = {
  stack: stackName.exactOptional(),
  stream: text('use the name of a stream, for example stack/shop').exactOptional(),
  type: types.exactOptional(),
  host: hostId.exactOptional(),
  container: containerId.exactOptional(),
  actor: text('use who wished it, for example deployer or token:operator').exactOptional(),
  correlation: text('use what began it all, for example the id of a deployment').exactOptional(),
  causation: eventId.exactOptional(),
} as const;

export const eventsQuery = addressQuery({
  ...filters,
  from: instant.exactOptional(),
  until: instant.exactOptional(),
  after: place.exactOptional(),
  before: wholeNumber.exactOptional(),
  order: z.enum(['oldest', 'newest'], 'use oldest or newest').default('oldest'),
  cursor: z.string('give it once').max(500, 'pass on `next` as it was answered').exactOptional(),
  limit: limit(1000, 100),
});

/** The filter of a feed, as JSON. Positions and times are no part of it: a feed goes on for ever. */
export const feedFilter = z.strictObject(filters);

export type EventsQuery = z.infer<typeof eventsQuery>;
