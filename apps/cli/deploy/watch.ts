import { type Followed, followWork, type Line } from '../api/progress.ts';
import type { Context } from '../context.ts';
import { secondsText } from '../print/times.ts';
import { leftOfDeadline } from './left.ts';
import { awaitedBy, type Progress, takeStep } from './progress.ts';

interface WatchOptions {
  readonly context: Context;
  readonly stack: string;
  /** Position before its `DeployRequested`. */
  readonly after: number;
  readonly begun: Progress;
  readonly timeoutMs: number;
  readonly say: (line: Line, at: number) => void;
}

export type Watched = Followed<Progress>;

/** Follows the log and says each step of a deployment until its end, the time limit or the person's wish to leave. */
export const watch = ({ context, stack, after, begun, timeoutMs, say }: WatchOptions): Promise<Watched> =>
  followWork(
    {
      filter: { stack, after },
      begun,
      take: takeStep,
      isOver: ({ outcome }) => outcome !== null,
      awaited: async (progress) => {
        const left = await leftOfDeadline(context, progress);
        return `${awaitedBy(progress)}, since ${secondsText(context.clock.now() - progress.since)}${left}`;
      },
    },
    { context, timeoutMs, say },
  );
