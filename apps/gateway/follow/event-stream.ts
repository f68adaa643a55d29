import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type BerthEvent, toCloudEvent } from '#libs/contracts';
import type { Word } from './follow.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  // Kept alive after its end, it would hold up the shutdown.
  connection: 'close',
};

/**
 * Writes words as server-sent events, no faster than the client reads, and ends the answer. The id of an event is its position: a
 * client that comes back with `Last-Event-ID` goes on after it.
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

const textOf = (word: Word): string => (word === 'alive' ? ': alive\n\n' : word.events.map(eventText).join(''));

const eventText = (event: BerthEvent): string => `id: ${event.position}\ndata: ${JSON.stringify(toCloudEvent(event))}\n\n`;
