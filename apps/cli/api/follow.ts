import { createParser } from 'eventsource-parser';
import type { Clock } from '#libs/clock';
import { EXIT, Exit } from '../exit.ts';
import { type Api, type EventFilter, query } from './api.ts';
import { readWireEvent, type WireEvent } from './wire-event.ts';

const RETRY_MS = 1000;
/** The API says at least each 15 s that the line is alive. */
const DEAD_MS = 45_000;

export interface FollowOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly filter: EventFilter;
  readonly signal: AbortSignal;
  /** The API was reached a moment ago: that it can't be now is no reason to give up. */
  readonly isReached?: boolean;
  /** Told once for each time that the stream broke. */
  readonly onLost: (error: Error) => void;
}

/**
 * Every matching event after a position, in order and once each, until the signal. A stream that breaks is taken up
 * again after the last event; only a refusal, or a first connection that fails, ends it.
 */
export async function* followEvents({ api, clock, filter, signal, isReached = false, onLost }: FollowOptions): AsyncGenerator<WireEvent> {
  let after = filter.after ?? 0;
  let isTold = false;
  let wasOpen = isReached;
  while (!signal.aborted) {
    try {
      for await (const event of readStream({ api, clock, filter: { ...filter, after }, signal })) {
        [isTold, wasOpen] = [false, true];
        if (event === 'open' || event.position <= after) continue;
        after = event.position;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!wasOpen || (error instanceof Exit && error.code !== EXIT.unreachable)) throw error;
      if (!isTold) onLost(error as Error);
      isTold = true;
    }
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
}

type StreamOptions = Omit<FollowOptions, 'onLost' | 'isReached'>;

/** One connection, from its opening to its end. */
async function* readStream({ api, clock, filter, signal }: StreamOptions): AsyncGenerator<WireEvent | 'open'> {
  const line = new AbortController();
  const hangUp = (): void => line.abort();
  signal.addEventListener('abort', hangUp);
  let watch = clock.after(DEAD_MS, hangUp);
  try {
    const answer = await api.call(`/v1/events${query({ ...filter })}`, { headers: { accept: 'text/event-stream' }, signal: line.signal });
    yield 'open';
    const events: WireEvent[] = [];
    const parser = createParser({ onEvent: (message) => events.push(readWireEvent(message.data)) });
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      watch.cancel();
      watch = clock.after(DEAD_MS, hangUp);
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    watch.cancel();
    signal.removeEventListener('abort', hangUp);
    line.abort();
  }
}
