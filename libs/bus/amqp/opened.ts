import type { ConsumeMessage } from 'amqplib';
import type { BerthEvent } from '#libs/contracts';
import type { Turn } from '../turns.ts';
import { readTurns, TURNS } from './turns-wire.ts';
import { CLOUD_EVENT, CLOUD_EVENTS, jsonIn, readEvent } from './wire.ts';

/** Told of what can't be read, as a message of its own. */
export type OnUnreadable = (message: ConsumeMessage, cause: unknown) => void;

/** The events of a message, whether it holds one or several. What can't be read is left out, and harms no neighbour. */
export const eventsIn = (message: ConsumeMessage, onUnreadable: OnUnreadable): readonly BerthEvent[] => {
  const whole = tried(message, onUnreadable, () => jsonIn(message.content));
  const isBatch = message.properties.contentType === CLOUD_EVENTS && Array.isArray(whole);
  const values: readonly unknown[] = isBatch ? whole : [whole];
  return values.flatMap((value) => {
    if (value === undefined) return [];
    const event = tried(isBatch ? alone(message, value) : message, onUnreadable, () => readEvent(value));
    return event === undefined ? [] : [event];
  });
};

/** What a message says of turns: a notice, or the events themselves. */
export const turnsIn = (message: ConsumeMessage, onUnreadable: OnUnreadable): readonly Turn[] => {
  if (message.properties.contentType !== TURNS) return eventsIn(message, onUnreadable);
  return tried(message, onUnreadable, () => readTurns(jsonIn(message.content))) ?? [];
};

const tried = <T>(message: ConsumeMessage, onUnreadable: OnUnreadable, read: () => T): T | undefined => {
  try {
    return read();
  } catch (cause) {
    onUnreadable(message, cause);
    return undefined;
  }
};

/** One of many, as if it had come alone. */
const alone = (message: ConsumeMessage, value: unknown): ConsumeMessage => {
  const { id } = Object(value) as { id?: unknown };
  const messageId = typeof id === 'string' ? id : undefined;
  return {
    ...message,
    content: Buffer.from(JSON.stringify(value)),
    properties: { ...message.properties, contentType: CLOUD_EVENT, messageId },
  };
};
