import type { Image, PlanView } from '#libs/contracts';
import { Refusal } from '../api/refusal.ts';
import { Docker } from '../build/docker.ts';
import type { Context } from '../context.ts';
import { type ManifestFile, readManifestFile } from '../deploy/manifest-file.ts';
import { refusalLines } from '../deploy/refused.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';
import { stackHere } from '../scale/stack-here.ts';
import { planLines } from './plan-lines.ts';
import { readWhatIf, type WhatIfOptions } from './read-what-if.ts';

export interface PlanOptions extends WhatIfOptions {
  readonly file?: string | undefined;
  readonly stack?: string | undefined;
  readonly json: boolean;
}

/** Prints what a deployment, or something else, would lead to; nothing is built, and nothing is published. */
export const plan = async (context: Context, options: PlanOptions): Promise<ExitCode> => {
  const { api, terminal } = context;
  const whatIf = readWhatIf(options);
  const isOfToday = options.withoutHost.length + options.tag.length + options.scale.length > 0;
  const file = options.file !== undefined || !isOfToday ? await readManifestFile(context, options.file) : null;
  const asked = file ? { compose: { ...file.compose }, images: await imagesOf(context, file) } : await stackOfScale(context, options);
  const view = await api.post<PlanView>('/v1/plans', { ...whatIf, ...asked }).catch((error: unknown) => {
    if (!(error instanceof Refusal) || !error.problem.errors) throw error;
    const lines = file ? refusalLines(error, file) : error.problem.errors.map(({ detail }) => detail);
    throw new Exit(error.code, lines.join('\n'), { cause: error });
  });
  if (options.json) terminal.data(JSON.stringify(view));
  else for (const line of planLines(view)) terminal.data(line);
  const isToBeDone = file !== null && !isOfToday && codeOf(view) === EXIT.ok;
  if (isToBeDone && !options.json) terminal.note(`nothing was done; this and nothing else: berth deploy --plan ${view.token}`);
  return codeOf(view);
};

const stackOfScale = async (context: Context, { scale, stack }: PlanOptions): Promise<{ readonly stack?: string }> =>
  scale.length === 0 ? {} : { stack: await stackHere(context, stack) };

/** What this machine's engine has of them; what is to be built has no content yet. */
const imagesOf = async ({ env, settings }: Context, { manifest, builds }: ManifestFile): Promise<Record<string, Image>> => {
  const docker = new Docker(env, settings.engine);
  const images: Record<string, Image> = {};
  for (const [service, { image: reference }] of Object.entries(manifest.services))
    if (!builds[service]) images[service] = { reference, digest: await docker.contentOf(reference) };
  return images;
};

const codeOf = ({ deployment, unplaced }: PlanView): ExitCode => {
  if (unplaced.length > 0 || deployment?.failure?.cause.kind === 'placement') return EXIT.unplaceable;
  return deployment?.failure ? EXIT.failed : EXIT.ok;
};
