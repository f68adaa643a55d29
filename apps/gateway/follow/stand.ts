import type { Generation } from '#libs/contracts';
import type { EventLog, Head } from '#libs/event-log';

/** Where a reader goes on that had come to a place in an incarnation of the log. */
export interface Stand {
  readonly position: number;
  /** What it was told beyond the position is no longer part of the log: others events stand there, or will. */
  readonly isBack: boolean;
}

/** Later incarnations may have begun before the place. The earliest beginning counts: what came after it was lost. */
export const standOf = async (log: EventLog, head: Pick<Head, 'incarnation' | 'position'>, place: Generation): Promise<Stand> => {
  if (place.incarnation === head.incarnation) return { position: place.position, isBack: false };
  const raised = await log.read({ type: 'IncarnationRaised', limit: 1000 });
  const kept = raised.flatMap((event) =>
    event.type === 'IncarnationRaised' && event.data.incarnation > place.incarnation ? [event.data.until.position] : [],
  );
  // Of an incarnation that this log never had, only what is here now can be had.
  const position = Math.min(place.position, ...(place.incarnation > head.incarnation ? [head.position] : kept));
  return { position, isBack: position < place.position };
};
