import type { Ids } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import type { World } from '#libs/domain/stack';
import type { AppendItem } from '../event-log.ts';

/** A decision as the log takes it: each event gets its id, and is of the service that decided. */
export const itemOf = (
  { incarnation }: Pick<World, 'incarnation'>,
  { events, expected, correlation, causation }: Decision,
  { ids, actor }: { readonly ids: Ids; readonly actor: string },
): AppendItem => ({
  incarnation,
  expected,
  events: events.map(({ stream, type, data }) => ({
    stream,
    event: { id: ids.event(), type, data, actor, correlation, causation } as AnyNewEvent,
  })),
});
