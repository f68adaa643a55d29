import { concernOf, type EventData, type EventType, type StackName, subjectOf } from '#libs/contracts';
import type { Outgoing } from '../publisher.ts';
import { ALL_LANES, laneKey, routingKeyOf } from './topology.ts';
import { encodeTurns, TURNS } from './turns-wire.ts';
import { CLOUD_EVENT, CLOUD_EVENTS, eventText } from './wire.ts';

/** What goes to the broker as one message. */
export interface Parcel {
  readonly key: string;
  readonly contentType: string;
  readonly content: Buffer;
  /** Of its first event; null where it holds none. */
  readonly messageId: string | null;
  /** Where in the log it ends. */
  readonly position: number;
}

/** Of one parcel. What is larger alone goes alone. */
const MOST_EVENTS = 100;
const MOST_LETTERS = 1 << 16;

/** One after another: everybody's feed and turns get the same message. */
export const singly = (events: readonly Outgoing[]): readonly Parcel[] => events.map(single);

/**
 * As few messages as may be: feeds get the events, many in one parcel and in their order; turns, of each lane, get a notice alone, since whoever
 * takes turns has the events by its feed. One event goes as it ever went.
 */
export const packed = (events: readonly Outgoing[]): readonly Parcel[] =>
  events.length === 1 ? singly(events) : [...forFeeds(events), ...forTurns(events)];

const single = (event: Outgoing): Parcel => ({
  ...{ key: routingKeyOf(event), contentType: CLOUD_EVENT, content: Buffer.from(eventText(event)) },
  ...{ messageId: event.id, position: event.position },
});

const forFeeds = (events: readonly Outgoing[]): readonly Parcel[] => {
  const parcels: Parcel[] = [];
  let texts: string[] = [];
  let letters = 0;
  let first = 0;
  for (const [nth, event] of events.entries()) {
    const text = eventText(event);
    if (texts.length === MOST_EVENTS || (texts.length > 0 && letters + text.length > MOST_LETTERS)) {
      parcels.push(together(events.slice(first, nth), texts));
      [texts, letters, first] = [[], 0, nth];
    }
    texts.push(text);
    letters += text.length;
  }
  return texts.length > 0 ? [...parcels, together(events.slice(first), texts)] : parcels;
};

const together = (events: readonly Outgoing[], texts: readonly string[]): Parcel => ({
  ...{ key: ALL_LANES, contentType: CLOUD_EVENTS, content: Buffer.from(`[${texts.join(',')}]`) },
  ...{ messageId: events[0]?.id ?? null, position: events.at(-1)?.position ?? 0 },
});

const forTurns = (events: readonly Outgoing[]): readonly Parcel[] =>
  [...Map.groupBy(events, ({ incarnation, lane }) => `${incarnation}/${lane}`).values()].flatMap((turns) => {
    const [first, last] = [turns[0], turns.at(-1)];
    if (!first || !last) return [];
    const { incarnation, lane } = first;
    const content = encodeTurns({ incarnation, lane, turns: turns.map((event) => [event.position, stackOf(event)]) });
    return [{ key: laneKey(lane), contentType: TURNS, content, messageId: null, position: last.position }];
  });

/** Null where it concerns more than one. */
const stackOf = ({ data, concerns, subject }: Outgoing): StackName | null => {
  if (typeof data === 'string') return concerns === 'stack' ? (subject as StackName) : null;
  const read = data as EventData<EventType>;
  return concernOf(read) === 'stack' ? (subjectOf(read) as StackName) : null;
};
