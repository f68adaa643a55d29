import { z } from 'zod';
import {
  type BerthEvent,
  cloudEnvelope,
  currentVersion,
  eventId,
  instantOfText,
  LANES,
  parseEventData,
  Rejected,
  streamOf,
  toCloudEvent,
} from '#libs/contracts';
import type { Outgoing } from '../publisher.ts';

export const CLOUD_EVENT = 'application/cloudevents+json';
/** Several of them, as CloudEvents 1.0 has it: a JSON array. */
export const CLOUD_EVENTS = 'application/cloudevents-batch+json';
export const JSON_TYPE = 'application/json';

/**
 * What the schemas do not know goes out too: whoever reads it says what is wrong with it. Text goes as it is: to read it and write it again
 * would cost more than all else here.
 */
export const eventText = (event: Outgoing): string => {
  const { data, subject } = event;
  if (typeof data !== 'string' || subject === undefined) return JSON.stringify(toCloudEvent({ ...event, data } as BerthEvent));
  return `${JSON.stringify(cloudEnvelope(event, subject)).slice(0, -1)},"data":${data}}`;
};

/** Reads what `eventText` wrote, parsed; throws `Rejected` when it is something else, or newer than what is known here. */
export const readEvent = (value: unknown): BerthEvent => {
  const parsed = cloudEvent.safeParse(value);
  if (!parsed.success) throw new Rejected(`read event: ${z.prettifyError(parsed.error)}`);
  const { id, type, source, time, schemaversion, laneno, causation = null, data: given, ...same } = parsed.data;
  const data = parseEventData(type, schemaversion, given);
  const stream = source.slice(1);
  if (stream !== streamOf(type, data)) throw new Rejected(`read event: ${type} belongs to ${streamOf(type, data)}, not to ${stream}`);
  return { id, type, v: currentVersion(type), stream, ...same, laneNo: laneno, causation, at: instantOfText(time), data } as BerthEvent;
};

/** Throws `Rejected` for what is no JSON. */
export const jsonIn = (content: Buffer): unknown => {
  try {
    return JSON.parse(content.toString());
  } catch (cause) {
    throw new Rejected('read message: it is no JSON', { cause });
  }
};

const number = z.int().positive();
const cloudEvent = z.object({
  id: eventId,
  type: z.string(),
  source: z.string().startsWith('/'),
  time: z.iso.datetime(),
  schemaversion: number,
  version: number,
  incarnation: number,
  position: number,
  lane: z
    .int()
    .min(0)
    .max(LANES - 1),
  laneno: number,
  actor: z.string(),
  correlation: z.string(),
  causation: eventId.optional(),
  data: z.unknown(),
});
