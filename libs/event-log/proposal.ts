import {
  type AnyNewEvent,
  concernOf,
  type Editions,
  type EventData,
  type EventType,
  editions,
  FIRST_FORMAT,
  laneOf,
  Rejected,
  streamOf,
  subjectOf,
} from '#libs/contracts';
import type { AppendItem } from './event-log.ts';
import type { StoredEvent } from './stored.ts';

/** What a caller gives of an event; the rest is the log's to give. */
export type ProposedEvent = Pick<
  StoredEvent,
  'stream' | 'id' | 'type' | 'v' | 'concerns' | 'subject' | 'lane' | 'actor' | 'correlation' | 'causation' | 'data'
>;

/** An item as both twins judge it. */
export interface Proposal {
  readonly incarnation: number;
  /** In the order of the streams' names: of several conflicts the first is told. */
  readonly expected: readonly { readonly stream: string; readonly version: number }[];
  readonly events: readonly ProposedEvent[];
}

/** The versions of events that are known, and the format that the log allows. */
export interface Writing {
  readonly editions: Editions;
  readonly format: number;
}

const USUAL: Writing = { editions, format: FIRST_FORMAT };

/** Far more than any event of ours needs; a broker, a browser and a terminal still take it. */
const MOST_BYTES = 1024 * 1024;

/** Writes the item's events as text, or says why no log could ever take it. */
export const propose = (item: AppendItem, writing: Writing = USUAL): Proposal | { readonly refused: string } => {
  const { incarnation } = item;
  const expected = Object.entries(item.expected).map(([stream, version]) => ({ stream, version }));
  expected.sort((a, b) => (a.stream < b.stream ? -1 : 1));
  try {
    const events = item.events.map(({ stream, event }) => proposeEvent(stream, event, writing));
    const proposal = { incarnation, expected, events };
    const fault = faultOf(proposal);
    return fault === null ? proposal : { refused: fault };
  } catch (cause) {
    return { refused: cause instanceof Error ? cause.message : String(cause) };
  }
};

export const streamsOf = ({ events }: Proposal): readonly string[] => [...new Set(events.map(({ stream }) => stream))];

/** Events with the same bytes are the same event. */
export const isSameEvent = (a: ProposedEvent, b: ProposedEvent): boolean => bytesOf(a) === bytesOf(b);

const bytesOf = (e: ProposedEvent): string =>
  JSON.stringify([e.stream, e.id, e.type, e.v, e.concerns, e.subject, e.actor, e.correlation, e.causation, e.data]);

/** An event that no reader could read must not get into the log: its data pass their schema here, as they will there. */
const proposeEvent = (stream: string, event: AnyNewEvent, { editions: known, format }: Writing): ProposedEvent => {
  const { id, type, actor, correlation, causation } = event;
  const current = known.current(type);
  const text = JSON.stringify(event.data);
  const given = known.read(type, Math.max(1, current), JSON.parse(text)) as EventData<EventType>;
  const { v, data: written } = known.write(type, event.data, format);
  const data = v === current ? text : JSON.stringify(written);
  checkPlace(stream, event, given);
  if (Buffer.byteLength(data) > MOST_BYTES) throw new Rejected(`append event ${type}: it has more than ${MOST_BYTES} bytes`);
  const subject = subjectOf(given);
  const told = { id, type, v, actor, correlation, causation, data };
  return { ...told, stream, concerns: concernOf(given), subject, lane: laneOf(subject) };
};

/** Who reads a stream relies on what can be in it. */
const checkPlace = (stream: string, { type }: AnyNewEvent, data: EventData<EventType>): void => {
  const place = streamOf(type, data as Readonly<Record<string, unknown>>);
  if (place !== stream && place !== '') throw new Rejected(`append event ${type}: it belongs to stream ${place}, not to ${stream}`);
};

const faultOf = ({ incarnation, expected, events }: Proposal): string | null => {
  const numbers = [incarnation, ...expected.map(({ version }) => version)];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    return 'append item: a number in it is no whole number from 0';
  const texts = [...events.flatMap(textsOf), ...expected.map(({ stream }) => stream)];
  if (!texts.every(isStorable)) return 'append item: a text in it holds a zero character or half a surrogate pair';
  if (new Set(events.map(({ id }) => id)).size < events.length) return 'append item: two of its events have one id';
  const unexpected = events.find((event) => !expected.some(({ stream }) => stream === event.stream));
  return unexpected ? `append item: the expected version of ${unexpected.stream} is missing` : null;
};

const textsOf = (e: ProposedEvent): readonly (string | null)[] => [e.stream, e.id, e.actor, e.correlation, e.causation];

/** PostgreSQL keeps any text but this. JSON text escapes both. */
const isStorable = (text: string | null): boolean => text === null || (!text.includes('\0') && text.isWellFormed());
