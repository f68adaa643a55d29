import type { ScaleAccepted } from '#libs/contracts';
import { type Followed, followWork, printSince } from '../api/progress.ts';
import { Refusal } from '../api/refusal.ts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';
import { secondsText } from '../print/times.ts';
import { readTimeout } from '../read-timeout.ts';
import { awaitedBy, beginScale, isScaled, type ScaleProgress, takeScaleStep } from './progress.ts';
import { readWishes } from './read-wishes.ts';
import { stackHere } from './stack-here.ts';

export interface ScaleOptions {
  readonly stack?: string | undefined;
  readonly detach: boolean;
  readonly json: boolean;
  readonly timeout: string;
}

/** Asks for more or fewer containers and waits until the services have them. */
export const scale = async (context: Context, texts: readonly string[], options: ScaleOptions): Promise<ExitCode> => {
  const timeoutMs = readTimeout(options.timeout);
  const services = readWishes(texts);
  const since = context.clock.now();
  const stack = await stackHere(context, options.stack);
  const accepted = await ask(context, stack, services);
  const print = (text: string): void => (options.json ? context.terminal.note(text) : context.terminal.data(text));
  const say = printSince(since, print);
  say(['asked', accepted.services.map(({ service, from, to }) => `${service} ${from} → ${to}`).join(', ')], context.clock.now());
  if (options.detach) return detached(context, accepted, options.json);
  const begun = beginScale(accepted, await context.api.containers(stack, accepted.position));
  const followed = await followWork(
    {
      filter: { stack, after: accepted.position - 1 },
      begun,
      take: takeScaleStep,
      isOver: (progress) => isScaled(progress) || isStuck(progress),
      awaited: awaitedBy,
    },
    { context, timeoutMs, say },
  );
  return report({ context, accepted, followed, since, print, isJson: options.json });
};

const ask = ({ api }: Context, stack: string, services: object): Promise<ScaleAccepted> =>
  api.post<ScaleAccepted>(`/v1/stacks/${encodeURIComponent(stack)}/scale`, { services }).catch((error: unknown) => {
    if (!(error instanceof Refusal) || !error.problem.errors) throw error;
    throw new Exit(error.code, ['nothing was scaled:', ...error.problem.errors.map(({ detail }) => `  ${detail}`)].join('\n'), {
      cause: error,
    });
  });

const isStuck = ({ unplaced }: ScaleProgress): boolean => Object.keys(unplaced).length > 0;

const detached = ({ terminal }: Context, accepted: ScaleAccepted, isJson: boolean): ExitCode => {
  if (isJson) terminal.data(JSON.stringify(accepted));
  else terminal.data(`watch it: berth events --stack ${accepted.stack} --after ${accepted.position - 1} --follow`);
  return EXIT.ok;
};

interface Report {
  readonly context: Context;
  readonly accepted: ScaleAccepted;
  readonly followed: Followed<ScaleProgress>;
  readonly since: number;
  readonly print: (text: string) => void;
  readonly isJson: boolean;
}

const report = ({ context, accepted, followed, since, print, isJson }: Report): ExitCode => {
  const { terminal, clock } = context;
  const code = codeOf(followed);
  const words = followed.ended === 'timeout' ? 'no end in the time that was given' : 'no longer watched';
  if (code === EXIT.ok)
    print(
      `${terminal.paint('green', scaledText(accepted, followed.progress), 'out')}, ${secondsText(clock.now() - since)} after the request`,
    );
  else if (code === EXIT.unplaceable) {
    for (const [service, fix] of Object.entries(followed.progress.unplaced))
      print(`${terminal.paint('red', `no host takes more of ${service}`, 'out')}: ${fix}`);
    print('what fits is placed; the rest as soon as a host takes it');
  } else print(`${terminal.paint('yellow', words, 'out')}: it goes on, and waits for ${awaitedBy(followed.progress)}`);
  if (isJson) terminal.data(JSON.stringify({ ...accepted, exitCode: code, unplaced: followed.progress.unplaced }));
  return code;
};

const codeOf = ({ ended, progress }: Followed<ScaleProgress>): ExitCode => {
  if (ended === 'timeout') return EXIT.timedOut;
  if (ended === 'interrupted') return EXIT.interrupted;
  return isScaled(progress) ? EXIT.ok : EXIT.unplaceable;
};

/** `shop has web 5 (manifest says 3)`. */
const scaledText = ({ stack, services }: ScaleAccepted, { wanted }: ScaleProgress): string =>
  `${stack} has ${services
    .map(
      ({ service, inManifest }) => `${service} ${wanted[service]}${wanted[service] === inManifest ? '' : ` (manifest says ${inManifest})`}`,
    )
    .join(', ')}`;
