import { followEvents } from '../api/follow.ts';
import { type Raised, raisedText } from '../api/wire-event.ts';
import type { Context } from '../context.ts';
import { secondsText } from '../print/times.ts';
import { leftOfDeadline } from './left.ts';
import { awaitedBy, type Line, type Progress, takeStep } from './progress.ts';

/** After so much silence it is said what is awaited. */
const SILENCE_MS = 10_000;

interface WatchOptions {
  readonly context: Context;
  readonly stack: string;
  /** Position before its `DeployRequested`. */
  readonly after: number;
  readonly begun: Progress;
  readonly timeoutMs: number;
  readonly say: (line: Line) => void;
}

export interface Watched {
  readonly progress: Progress;
  /** Why watching ended; `outcome`: the deployment did. */
  readonly ended: 'outcome' | 'timeout' | 'interrupted';
}

/** Follows the log and says each step of a deployment until its end, the time limit or the person's wish to leave. */
export const watch = async ({ context, stack, after, begun, timeoutMs, say }: WatchOptions): Promise<Watched> => {
  const { api, clock, signal, terminal } = context;
  const stop = new AbortController();
  let progress = begun;
  let ended: Watched['ended'] = 'outcome';
  const end = (why: 'timeout' | 'interrupted') => (): void => {
    ended = why;
    stop.abort();
  };
  const leave = end('interrupted');
  const limit = clock.after(timeoutMs, end('timeout'));
  signal.addEventListener('abort', leave);
  let silence = clock.after(SILENCE_MS, remind);
  async function remind(): Promise<void> {
    const ended = silence;
    const left = await leftOfDeadline(context, progress);
    if (stop.signal.aborted || silence !== ended) return;
    const now = clock.now();
    say({ at: now, step: 'waiting', text: `for ${awaitedBy(progress)}, since ${secondsText(now - progress.since)}${left}` });
    silence = clock.after(SILENCE_MS, remind);
  }
  const onLost = (error: Error): void => terminal.note(`the event stream broke (${error.message}); taking it up again`);
  const onRaised = (raised: Raised): void => terminal.note(raisedText(raised));
  try {
    for await (const event of followEvents({
      api,
      clock,
      filter: { stack, after },
      signal: stop.signal,
      isReached: true,
      onLost,
      onRaised,
    })) {
      const step = takeStep(progress, event);
      progress = step.progress;
      for (const line of step.lines) say(line);
      if (step.lines.length > 0) {
        silence.cancel();
        silence = clock.after(SILENCE_MS, remind);
      }
      if (progress.outcome) return { progress, ended: 'outcome' };
    }
    return { progress, ended };
  } finally {
    silence.cancel();
    limit.cancel();
    signal.removeEventListener('abort', leave);
    stop.abort();
  }
};
