import type { ConsumeMessage } from 'amqplib';
import type { BerthEvent } from '#libs/contracts';
import type { Turn } from '../turns.ts';
import { readTurns, TURNS } from './turns-wire.ts';
import { CLOUD_EVENT, CLOUD_EVENTS, jsonIn, readEvent } from './wire.ts';

/** Told of what can't be read, as a message of its own. */
export type OnUnreadable = (message: ConsumeMessage, cause: unknown) => void;

/** The events of a message, whether it holds one or several. What can't be read is left out, and harms no neighbour. */
export const eventsIn = (message: ConsumeMessage, onUnreadable: OnUnreadable): readonly BerthEvent[] => {
  const isBatch = message.properties.contentType === CLOUD_EVENTS;
  const onOther = (cause: unknown): void => onUnreadable(message, cause);
  return tried(() => jsonIn(message.content), onOther).flatMap((whole) => {
    if (!isBatch || !Array.isArray(whole)) return tried(() => readEvent(whole), onOther);
    return whole.flatMap((value: unknown) =>
      tried(
        () => readEvent(value),
        (cause) => onUnreadable(alone(message, value), cause),
      ),
    );
  });
};

/** What a message says of turns: a notice, or the events themselves. */
export const turnsIn = (message: ConsumeMessage, onUnreadable: OnUnreadable): readonly Turn[] => {
  if (message.properties.contentType !== TURNS) return eventsIn(message, onUnreadable);
  return tried(
    () => readTurns(jsonIn(message.content)),
    (cause) => onUnreadable(message, cause),
  ).flat();
};

/** Nothing where it can't be read. */
const tried = <T>(read: () => T, onOther: (cause: unknown) => void): readonly T[] => {
  try {
    return [read()];
  } catch (cause) {
    onOther(cause);
    return [];
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
