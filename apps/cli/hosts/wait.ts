import { followEvents } from '../api/follow.ts';
import { raisedText } from '../api/wire-event.ts';
import type { Context } from '../context.ts';
import { awaitedBy, type HostProgress, TOLD, takeHostStep } from './progress.ts';

/** `undone`: somebody else ended it. */
export type Ended = 'done' | 'undone' | 'timeout' | 'interrupted';

interface Follow {
  readonly context: Context;
  /** Position of the wish. */
  readonly after: number;
  readonly begun: HostProgress;
  readonly timeoutMs: number;
  readonly say: (step: string, text: string) => void;
}

/** After so much silence it is said what is awaited. */
const SILENCE_MS = 10_000;

/** Follows the log and says each step until the wish is done, the time limit or the person's wish to leave. */
export const follow = async ({ context, after, begun, timeoutMs, say }: Follow): Promise<Ended> => {
  const { api, clock, signal, terminal } = context;
  const stop = new AbortController();
  let progress = begun;
  let ended: Ended = 'timeout';
  const leave = (): void => {
    ended = 'interrupted';
    stop.abort();
  };
  const limit = clock.after(timeoutMs, () => stop.abort());
  signal.addEventListener('abort', leave);
  const remind = (): void => {
    say('waiting', awaitedBy(progress));
    silence = clock.after(SILENCE_MS, remind);
  };
  let silence = clock.after(SILENCE_MS, remind);
  try {
    const events = followEvents({
      ...{ api, clock, signal: stop.signal, isReached: true },
      filter: { type: TOLD.join(','), after },
      onLost: (error) => terminal.note(`the event stream broke (${error.message}); taking it up again`),
      onRaised: (raised) => terminal.note(raisedText(raised)),
    });
    for await (const event of events) {
      const step = takeHostStep(progress, event);
      progress = step.progress;
      for (const [name, text] of step.lines) say(name, text);
      if (progress.outcome) return progress.outcome;
      if (step.lines.length === 0) continue;
      silence.cancel();
      silence = clock.after(SILENCE_MS, remind);
    }
    return ended;
  } finally {
    silence.cancel();
    limit.cancel();
    signal.removeEventListener('abort', leave);
    stop.abort();
  }
};
