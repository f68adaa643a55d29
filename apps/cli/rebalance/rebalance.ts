import type { MoveView, RebalanceView, SpreadView } from '#libs/contracts';
import { query } from '../api/api.ts';
import { type Followed, followWork, printSince } from '../api/progress.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { readTimeout } from '../read-timeout.ts';
import { awaitedBy, beginMoves, isMoved, type MovesProgress, takeMoveStep } from './progress.ts';

export interface RebalanceOptions {
  readonly apply: boolean;
  readonly max?: number | undefined;
  readonly stack?: string | undefined;
  readonly detach: boolean;
  readonly json: boolean;
  readonly timeout: string;
}

/** Shows which moves would make the fleet more even; with `--apply` asks for them and waits until they are done. */
export const rebalance = async (context: Context, options: RebalanceOptions): Promise<ExitCode> => {
  const { api, terminal, clock } = context;
  const timeoutMs = readTimeout(options.timeout);
  const { max, stack, json } = options;
  const since = clock.now();
  const view = options.apply
    ? await api.post<RebalanceView>('/v1/rebalance', { ...(max === undefined ? {} : { max }), ...(stack === undefined ? {} : { stack }) })
    : await api.get<RebalanceView>(`/v1/rebalance${query({ max, stack })}`);
  const print = (text: string): void => (json ? terminal.note(text) : terminal.data(text));
  for (const line of rebalanceLines(view)) print(line);
  if (!options.apply || options.detach || view.moves.length === 0) {
    if (json) terminal.data(JSON.stringify(view));
    if (!options.apply && view.moves.length > 0) terminal.note('nothing was done; berth rebalance --apply does it');
    return EXIT.ok;
  }
  const followed = await followWork(
    {
      filter: { after: view.position - 1, ...(stack === undefined ? {} : { stack }) },
      begun: beginMoves(view.moves),
      take: takeMoveStep,
      isOver: isMoved,
      awaited: awaitedBy,
    },
    { context, timeoutMs, say: printSince(since, print) },
  );
  const { done, refused } = followed.progress;
  print(endText(followed));
  if (json) terminal.data(JSON.stringify({ ...view, done, refused }));
  return codeOf(followed);
};

/** The moves, then how even everything is before and after them. */
export const rebalanceLines = ({ moves, before, after }: RebalanceView): readonly string[] => [
  ...(moves.length === 0
    ? ['no move would make anything more even']
    : tableLines(
        ['CONTAINER', 'FROM', 'TO', 'WHY'],
        moves.map(({ container, from, to, reason }: MoveView) => [container, from, to, reason]),
      )),
  `spread over hosts: ${before.hosts} → ${after.hosts} containers`,
  ...spreadLines(before, after),
];

/** Of the services that are not even, before or after. */
const spreadLines = (before: SpreadView, after: SpreadView): readonly string[] =>
  before.services.flatMap(({ stack, service, spread }, index) => {
    const then = after.services[index]?.spread ?? spread;
    return spread > 1 || then !== spread ? [`spread of ${service} of ${stack}: ${spread} → ${then}`] : [];
  });

const endText = ({ ended, progress }: Followed<MovesProgress>): string => {
  const stay = Object.keys(progress.refused).length;
  if (ended !== 'over')
    return `${ended === 'timeout' ? 'no end in the time that was given' : 'no longer watched'}: it goes on, and waits for ${awaitedBy(progress)}`;
  return `${progress.done} moved${stay === 0 ? '' : `, ${stay} stay where they are`}`;
};

const codeOf = ({ ended, progress }: Followed<MovesProgress>): ExitCode => {
  if (ended === 'timeout') return EXIT.timedOut;
  if (ended === 'interrupted') return EXIT.interrupted;
  return Object.keys(progress.refused).length === 0 ? EXIT.ok : EXIT.unplaceable;
};
