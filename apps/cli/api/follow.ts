import { createParser } from 'eventsource-parser';
import type { Clock } from '#libs/clock';
import { EXIT, Exit } from '../exit.ts';
import { type Api, type EventFilter, query } from './api.ts';
import { type Raised, readWireEvent, type WireEvent } from './wire-event.ts';

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
  /** The log went back or aside. */
  readonly onRaised: (raised: Raised) => void;
}

/**
 * Every matching event after a position, in order and once each, until the signal. A stream that breaks is taken up
 * again after the last event; only a refusal, or a first connection that fails, ends it.
 */
export async function* followEvents({
  api,
  clock,
  filter,
  signal,
  isReached = false,
  onLost,
  onRaised,
}: FollowOptions): AsyncGenerator<WireEvent> {
  let after = filter.after ?? 0;
  let lastId: string | null = null;
  let isTold = false;
  let wasOpen = isReached;
  while (!signal.aborted) {
    try {
      for await (const word of readStream({ api, clock, filter: { ...filter, after }, signal, lastId })) {
        [isTold, wasOpen] = [false, true];
        if (word === 'open') continue;
        lastId = word.id;
        if ('raised' in word) {
          after = word.raised.position;
          onRaised(word.raised);
        } else if (word.event.position > after) {
          after = word.event.position;
          yield word.event;
        }
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

interface StreamOptions extends Omit<FollowOptions, 'onLost' | 'onRaised' | 'isReached'> {
  readonly lastId: string | null;
}

type Word = { readonly id: string | null } & ({ readonly event: WireEvent } | { readonly raised: Raised });

/** One connection, from its opening to its end. */
async function* readStream({ api, clock, filter, signal, lastId }: StreamOptions): AsyncGenerator<Word | 'open'> {
  const line = new AbortController();
  const hangUp = (): void => line.abort();
  signal.addEventListener('abort', hangUp);
  let watch = clock.after(DEAD_MS, hangUp);
  try {
    const headers = { accept: 'text/event-stream', ...(lastId === null ? {} : { 'last-event-id': lastId }) };
    const answer = await api.call(`/v1/events${query({ ...filter })}`, { headers, signal: line.signal });
    yield 'open';
    const words: Word[] = [];
    const parser = createParser({ onEvent: (message) => words.push(wordOf(message)) });
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      watch.cancel();
      watch = clock.after(DEAD_MS, hangUp);
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* words.splice(0);
    }
  } finally {
    watch.cancel();
    signal.removeEventListener('abort', hangUp);
    line.abort();
  }
}

interface Message {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}

const wordOf = ({ id, event, data }: Message): Word =>
  event === 'incarnation' ? { id: id ?? null, raised: JSON.parse(data) as Raised } : { id: id ?? null, event: readWireEvent(data) };
