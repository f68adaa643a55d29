import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type Generation, generationText, toCloudEvent } from '#libs/contracts';
import type { Word } from './follow.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  // Kept alive after its end, it would hold up the shutdown.
  connection: 'close',
};

/**
 * Writes words as server-sent events, no faster than the client reads, and ends the answer. The id of an event is
 * its place (`1.42`): a client that comes back with `Last-Event-ID` goes on after it. That the log has another incarnation is an event of the
 * name `incarnation`.
 */
export const writeEventStream = async (answer: ServerResponse, words: AsyncIterable<Word>, signal: AbortSignal): Promise<void> => {
  answer.writeHead(200, HEADERS);
  answer.flushHeaders();
  try {
    for await (const word of words) {
      if (!answer.write(textOf(word))) await once(answer, 'drain', { signal });
    }
    answer.end();
  } finally {
    // A client that does not read must not hold up the shutdown.
    if (answer.writableLength > 0 || !answer.writableEnded) answer.destroy();
  }
};

const textOf = (word: Word): string => {
  if (word === 'alive') return ': alive\n\n';
  if ('raised' in word) return `event: incarnation\n${frameOf(word.raised, word.raised)}`;
  return word.events.map((event) => frameOf({ ...event, incarnation: word.incarnation }, toCloudEvent(event))).join('');
};

/** The incarnation is the log's as it is told now, not the event's: a reader that comes back with it is told of later ones alone. */
const frameOf = (place: Generation, data: object): string => `id: ${generationText(place)}\ndata: ${JSON.stringify(data)}\n\n`;
