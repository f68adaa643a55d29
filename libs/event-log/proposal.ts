import { type AnyNewEvent, concernOf, currentVersion, laneOf, parseEventData, subjectOf } from '#libs/contracts';
import type { AppendItem, CheckpointMove } from './event-log.ts';
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
  readonly checkpoint: CheckpointMove | null;
  readonly park: NonNullable<AppendItem['park']> | null;
}

/** Writes the item's events as text, or says why no log could ever take it. */
export const propose = (item: AppendItem): Proposal | { readonly refused: string } => {
  const { incarnation, checkpoint = null, park = null } = item;
  const expected = Object.entries(item.expected).map(([stream, version]) => ({ stream, version }));
  expected.sort((a, b) => (a.stream < b.stream ? -1 : 1));
  try {
    const events = item.events.map(({ stream, event }) => proposeEvent(stream, event));
    const proposal = { incarnation, expected, events, checkpoint, park };
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
const proposeEvent = (stream: string, event: AnyNewEvent): ProposedEvent => {
  const data = JSON.stringify(event.data);
  const v = currentVersion(event.type);
  const parsed = parseEventData(event.type, v, JSON.parse(data));
  const subject = subjectOf(parsed);
  const { id, type, actor, correlation, causation } = event;
  return {
    stream,
    id,
    type,
    v,
    concerns: concernOf(parsed),
    subject,
    lane: laneOf(subject),
    actor,
    correlation,
    causation,
    data,
  };
};

const faultOf = ({ incarnation, expected, events, checkpoint, park }: Proposal): string | null => {
  const numbers = [incarnation, ...expected.map(({ version }) => version), ...(checkpoint ? numbersOf(checkpoint) : [])];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    return 'append item: a number in it is no whole number from 0';
  if (checkpoint && checkpoint.to < checkpoint.from) return `append item: checkpoint of ${checkpoint.consumer} would run backwards`;
  const texts = [...events.flatMap(textsOf), ...expected.map(({ stream }) => stream), checkpoint?.consumer, ...Object.values(park ?? {})];
  if (!texts.every(isStorable)) return 'append item: a text in it holds a zero character or half a surrogate pair';
  if (new Set(events.map(({ id }) => id)).size < events.length) return 'append item: two of its events have one id';
  const unexpected = events.find((event) => !expected.some(({ stream }) => stream === event.stream));
  return unexpected ? `append item: the expected version of ${unexpected.stream} is missing` : null;
};

const numbersOf = ({ lane, from, to, fence }: CheckpointMove): readonly number[] => [lane, from, to, fence];

const textsOf = (e: ProposedEvent): readonly (string | null)[] => [e.stream, e.id, e.actor, e.correlation, e.causation];

/** PostgreSQL keeps any text but this. JSON text escapes both. */
const isStorable = (text: string | null | undefined): boolean =>
  text === null || text === undefined || (!text.includes('\0') && text.isWellFormed());
