import { instantOfText } from '#libs/contracts';
import type { Context } from '../context.ts';
import { secondsText } from '../print/times.ts';
import type { EventFilter } from './api.ts';
import { followEvents } from './follow.ts';
import { raisedText, type WireEvent } from './wire-event.ts';

/** What happened, in a word and in a sentence. */
export type Line = readonly [step: string, text: string];

export interface Stepped<P> {
  readonly progress: P;
  readonly lines: readonly Line[];
}

export interface Work<P> {
  readonly filter: EventFilter;
  readonly begun: P;
  /** Folds the next event; one that is about something else changes nothing and says nothing. */
  readonly take: (progress: P, event: WireEvent) => Stepped<P>;
  readonly isOver: (progress: P) => boolean;
  /** What it waits for now, as it stands behind `for`. */
  readonly awaited: (progress: P) => string | Promise<string>;
}

interface Watch {
  readonly context: Context;
  readonly timeoutMs: number;
  readonly say: (line: Line, at: number) => void;
}

export interface Followed<P> {
  readonly progress: P;
  readonly ended: 'over' | 'timeout' | 'interrupted';
}

/** After so much silence it is said what is awaited. */
const SILENCE_MS = 10_000;

/** `   1.2s  placed     …`. */
const lineText = (ms: number, [step, text]: Line): string => `${secondsText(ms).padStart(7)}  ${step.padEnd(9)}  ${text}`;

/** Prints each line with the time since the person began to wait. */
export const printSince =
  (since: number, print: (text: string) => void): Watch['say'] =>
  (line, at) =>
    print(lineText(at - since, line));

/** Follows the log and says each step until the work is over, the time limit or the person's wish to leave. */
export const followWork = async <P>(work: Work<P>, { context, timeoutMs, say }: Watch): Promise<Followed<P>> => {
  const { api, clock, signal, terminal } = context;
  const stop = new AbortController();
  let progress = work.begun;
  let ended: 'timeout' | 'interrupted' = 'timeout';
  const leave = (): void => {
    ended = 'interrupted';
    stop.abort();
  };
  const limit = clock.after(timeoutMs, () => stop.abort());
  signal.addEventListener('abort', leave);
  const remind = async (): Promise<void> => {
    const ended = silence;
    const awaited = await work.awaited(progress);
    if (stop.signal.aborted || silence !== ended) return;
    say(['waiting', `for ${awaited}`], clock.now());
    silence = clock.after(SILENCE_MS, remind);
  };
  let silence = clock.after(SILENCE_MS, remind);
  try {
    if (work.isOver(progress)) return { progress, ended: 'over' };
    const events = followEvents({
      ...{ api, clock, filter: work.filter, signal: stop.signal, isReached: true },
      onLost: (error) => terminal.note(`the event stream broke (${error.message}); taking it up again`),
      onRaised: (raised) => terminal.note(raisedText(raised)),
    });
    for await (const event of events) {
      const step = work.take(progress, event);
      progress = step.progress;
      for (const line of step.lines) say(line, instantOfText(event.time));
      if (work.isOver(progress)) return { progress, ended: 'over' };
      if (step.lines.length === 0) continue;
      silence.cancel();
      silence = clock.after(SILENCE_MS, remind);
    }
    return { progress, ended };
  } finally {
    silence.cancel();
    limit.cancel();
    signal.removeEventListener('abort', leave);
    stop.abort();
  }
};
