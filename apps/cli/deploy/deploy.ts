import type { DeployAccepted } from '#libs/contracts';
import { type Line, printSince } from '../api/progress.ts';
import { Refusal } from '../api/refusal.ts';
import { Docker } from '../build/docker.ts';
import { revisionOf } from '../build/revision.ts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';
import { readTimeout } from '../read-timeout.ts';
import { imagesOf } from './images.ts';
import { type ManifestFile, readManifestFile } from './manifest-file.ts';
import { beginProgress } from './progress.ts';
import { refusalLines } from './refused.ts';
import { type Report, report } from './report.ts';
import { type Watched, watch } from './watch.ts';

export interface DeployOptions {
  readonly file?: string | undefined;
  readonly detach: boolean;
  readonly json: boolean;
  readonly timeout: string;
  readonly idempotencyKey?: string | undefined;
  /** The token of a plan. */
  readonly plan?: string | undefined;
}

/** Builds, asks for a deployment and says what becomes of it. With `--json` one object on stdout, and the progress on stderr. */
export const deploy = async (context: Context, options: DeployOptions): Promise<ExitCode> => {
  const timeoutMs = readTimeout(options.timeout);
  const print = (text: string): void => (options.json ? context.terminal.note(text) : context.terminal.data(text));
  const began = context.clock.now();
  const file = await readManifestFile(context, options.file);
  const say = printSince(began, print);
  const accepted = await request({ context, options, file, say });
  for (const warning of unsaid(accepted.warnings, file))
    context.terminal.note(`${context.terminal.paint('yellow', 'warning', 'err')} ${warning}`);
  if (options.detach) return detached(context, accepted, options.json);
  return finish({ context, options, file, accepted, timeoutMs, print, say });
};

interface Wish {
  readonly context: Context;
  readonly options: DeployOptions;
  readonly file: ManifestFile;
  readonly say: (line: Line, at: number) => void;
}

const request = async ({ context, options, file, say }: Wish): Promise<DeployAccepted> => {
  const { api, clock, env, ids, settings } = context;
  const docker = new Docker(env, settings.engine);
  const images = await imagesOf({ context, docker, file, say: (line) => say(line, clock.now()) });
  const planned = options.plan === undefined ? {} : { plan: options.plan };
  const body = { compose: { ...file.compose }, images, revision: await revisionOf(file.folder, env), ...planned };
  return api.deploy(body, options.idempotencyKey ?? ids.event()).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw new Exit(error.code, refusalLines(error, file).join('\n'), { cause: error });
  });
};

/** The API reads by the same grammar, so most of its warnings were said already, with line and column. */
const unsaid = (warnings: readonly string[], { warnings: said }: ManifestFile): readonly string[] =>
  warnings.filter((warning) => !said.some(({ path, message }) => warning.startsWith(`${path}: ${message.replace(/ \([^()]*\)$/, '')}`)));

const detached = ({ terminal }: Context, accepted: DeployAccepted, isJson: boolean): ExitCode => {
  const { deployment, stack, position } = accepted;
  if (isJson) terminal.data(JSON.stringify(accepted));
  else {
    terminal.data(`deployment ${deployment} of ${stack} was asked for`);
    terminal.data(`watch it: berth events --stack ${stack} --after ${position - 1} --follow`);
  }
  return EXIT.ok;
};

interface Finish extends Wish {
  readonly accepted: DeployAccepted;
  readonly timeoutMs: number;
  readonly print: (text: string) => void;
}

const finish = async ({ context, options, file, accepted, timeoutMs, print, say }: Finish): Promise<ExitCode> => {
  const { stack, position, requestedAt } = accepted;
  const services = Object.entries(file.manifest.services).flatMap(([name, { replicas }]) => (replicas > 0 ? [name] : []));
  const begun = beginProgress(accepted.deployment, services, requestedAt);
  const watched = await watch({ context, stack, after: position - 1, begun, timeoutMs, say });
  const ended = await report({ context, stack, position, requestedAt, timeoutMs, print }, watched);
  if (options.json) context.terminal.data(JSON.stringify(summary(accepted, watched, ended)));
  return ended.code;
};

const summary = (accepted: DeployAccepted, { progress }: Watched, { status, code, output }: Report) => ({
  deployment: accepted.deployment,
  stack: accepted.stack,
  version: progress.version,
  replaces: progress.replaces,
  status,
  exitCode: code,
  requestedAt: accepted.requestedAt,
  endedAt: progress.outcome?.at ?? null,
  position: accepted.position,
  warnings: accepted.warnings,
  failure: progress.outcome?.kind === 'failed' ? { step: progress.outcome.step, cause: progress.outcome.cause, output } : null,
});
