import type { EventData, EventType } from './events/catalog.ts';
import { editions } from './events/editions.ts';
import type { EventId, HostId, Instant, StackName } from './ids.ts';
import { isoText } from './time.ts';

/**
 * `requests/<stack>`, `wishes/<host>`, `stack/<name>`, `hosts`, `fleet`, `host/<id>`, `doors/<stack>`, `platform`, `reactions/<service>/<stack>`,
 * `listening/<service>`.
 */
export type StreamName = string;

export const streams = {
  requests: (stack: StackName): StreamName => `requests/${stack}`,
  wishes: (host: HostId): StreamName => `wishes/${host}`,
  stack: (stack: StackName): StreamName => `stack/${stack}`,
  hosts: 'hosts',
  fleet: 'fleet',
  host: (host: HostId): StreamName => `host/${host}`,
  doors: (stack: StackName): StreamName => `doors/${stack}`,
  platform: 'platform',
  reactions: (consumer: string, stack: StackName): StreamName => `reactions/${consumer}/${stack}`,
  listening: (consumer: string): StreamName => `listening/${consumer}`,
} as const;

/** An event that somebody wants in the log. */
export interface NewEvent<T extends EventType = EventType> {
  readonly id: EventId;
  readonly type: T;
  readonly data: EventData<T>;
  /** Who wished it: `token:operator`, `deployer`, `host/main`. */
  readonly actor: string;
  /** What began it all: a deployment's id, or the event's own id. */
  readonly correlation: string;
  /**
   * Of a decision, the newest event of its stack that its decider had folded; of a fact that answers one event, that event; null for a wish from outside.
   * What led to it is derived when it is asked for (`libs/domain/why`).
   */
  readonly causation: EventId | null;
}

/** An event as the log holds it. */
export interface Recorded<T extends EventType = EventType> extends NewEvent<T> {
  /** Schema version of `data`. */
  readonly v: number;
  readonly stream: StreamName;
  /** Its number in the stream, from 1 without a gap. */
  readonly version: number;
  readonly incarnation: number;
  /** Its number in the log, from 1 without a gap. */
  readonly position: number;
  readonly lane: number;
  /** Its number in the lane, from 1 without a gap. */
  readonly laneNo: number;
  /** Set under the head's lock; never runs backwards along positions. */
  readonly at: Instant;
}

/** All recorded events as one union: `switch (event.type)` narrows `event.data`. */
export type BerthEvent = { [T in EventType]: Recorded<T> }[EventType];
export type AnyNewEvent = { [T in EventType]: NewEvent<T> }[EventType];

export const LANES = 8;

/** The stack or else the host that an event concerns; `platform` where it is all of Berth. */
export const subjectOf = (data: EventData<EventType>): StackName | HostId | 'platform' => {
  if ('stack' in data) return data.stack;
  return 'host' in data ? data.host : 'platform';
};

/** What kind of thing `subjectOf` names. */
export type Concern = 'stack' | 'host' | 'platform';

export const concernOf = (data: EventData<EventType>): Concern => {
  if ('stack' in data) return 'stack';
  return 'host' in data ? 'host' : 'platform';
};

/** FNV-1a (32 bits) of the subject, so that any program can tell the lane of a stack or host. */
export const laneOf = (subject: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(subject)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % LANES;
};

/** Reads data of any version as the newest, which `currentVersion` numbers; throws `Rejected` naming the type and what is wrong. */
export const parseEventData = (type: string, v: number, data: unknown): EventData<EventType> =>
  editions.read(type, v, data) as EventData<EventType>;

type Envelope = Readonly<Record<'position' | 'incarnation' | 'lane' | 'laneNo' | 'version' | 'v' | 'at', number>> &
  Readonly<Record<'stream' | 'id' | 'type' | 'actor' | 'correlation', string>> & { readonly causation: string | null };

/** CloudEvents 1.0, structured JSON: what leaves the house looks like this. */
export const toCloudEvent = (event: BerthEvent): Record<string, unknown> => ({
  ...cloudEnvelope(event, subjectOf(event.data)),
  data: event.data,
});

/** All of it but the data. */
export const cloudEnvelope = (event: Envelope, subject: string): Record<string, unknown> => ({
  specversion: '1.0',
  id: event.id,
  type: event.type,
  source: `/${event.stream}`,
  subject,
  time: isoText(event.at),
  datacontenttype: 'application/json',
  schemaversion: event.v,
  version: event.version,
  incarnation: event.incarnation,
  position: event.position,
  lane: event.lane,
  laneno: event.laneNo,
  actor: event.actor,
  correlation: event.correlation,
  ...(event.causation === null ? {} : { causation: event.causation }),
});
