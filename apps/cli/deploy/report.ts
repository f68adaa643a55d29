import type { FailureCause } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { secondsText } from '../print/times.ts';
import { leftOfDeadline } from './left.ts';
import { awaitedBy, type Outcome, type Progress } from './progress.ts';
import type { Watched } from './watch.ts';

interface ReportOptions {
  readonly context: Context;
  readonly stack: string;
  readonly position: number;
  /** When it was asked for. */
  readonly requestedAt: number;
  readonly timeoutMs: number;
  readonly print: (text: string) => void;
}

export interface Report {
  readonly code: ExitCode;
  readonly status: 'promoted' | 'failed' | 'running';
  /** The container's last lines, where it failed. */
  readonly output: string | null;
}

/** Says how a deployment ended, or why nobody waits for it any more, and what to look at next. */
export const report = async (options: ReportOptions, { progress, ended }: Watched): Promise<Report> => {
  if (progress.outcome?.kind === 'promoted') return reportPromoted(options, progress, progress.outcome);
  if (progress.outcome?.kind === 'failed') return reportFailed(options, progress, progress.outcome);
  return reportLeft(options, progress, ended === 'timeout');
};

const reportPromoted = ({ context, stack, requestedAt, position, print }: ReportOptions, progress: Progress, { at }: Outcome): Report => {
  const done = context.terminal.paint('green', `version ${progress.version} of ${stack} serves`, 'out');
  print(`${done}, ${secondsText(at - requestedAt)} after the request`);
  print(`look on: berth ps --stack ${stack}; berth events --stack ${stack} --after ${position - 1}`);
  return { code: EXIT.ok, status: 'promoted', output: null };
};

const reportFailed = async (
  options: ReportOptions,
  progress: Progress,
  { step, cause, at }: Extract<Outcome, { kind: 'failed' }>,
): Promise<Report> => {
  const { context, stack, requestedAt, position, print } = options;
  const output = cause.output === null ? null : await context.api.attachment(cause.output.sha256).catch(() => null);
  print(
    `${context.terminal.paint('red', `deployment ${progress.deployment} failed`, 'out')} at ${step}, ${secondsText(at - requestedAt)} after the request`,
  );
  for (const line of causeLines(cause, output)) print(line);
  print(progress.replaces === null ? 'nothing served before it' : `version ${progress.replaces} serves on: nothing of it was touched`);
  print(`look on: berth events --stack ${stack} --after ${position - 1}`);
  return { code: cause.kind === 'placement' ? EXIT.unplaceable : EXIT.failed, status: 'failed', output };
};

export const causeLines = (cause: FailureCause, output: string | null): string[] => {
  const lines = output?.trimEnd().split('\n') ?? [];
  return [
    `  cause: ${cause.message}`,
    ...(cause.exitCode === null ? [] : [`  exit code: ${cause.exitCode}`]),
    ...(cause.fix === null ? [] : [`  fix: ${cause.fix}`]),
    ...(lines.length === 0 ? [] : [`  last ${lines.length} lines of ${cause.container}:`, ...lines.map((line) => `  | ${line}`)]),
    ...(output === null && cause.output !== null ? [`  its last ${cause.output.lines} lines can't be fetched any more`] : []),
  ];
};

const reportLeft = async (
  { context, stack, position, timeoutMs, print }: ReportOptions,
  progress: Progress,
  isTimeout: boolean,
): Promise<Report> => {
  const why = isTimeout ? `no end within ${secondsText(timeoutMs)}` : 'no longer watched';
  const left = await leftOfDeadline(context, progress);
  print(`${context.terminal.paint('yellow', why, 'out')}: the deployment goes on, and waits for ${awaitedBy(progress)}${left}`);
  print(`watch it: berth events --stack ${stack} --after ${position - 1} --follow`);
  return { code: isTimeout ? EXIT.timedOut : EXIT.interrupted, status: 'running', output: null };
};
