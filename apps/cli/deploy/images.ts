import type { Image } from '#libs/contracts';
import type { Line } from '../api/progress.ts';
import { type Docker, shortId } from '../build/docker.ts';
import type { Context } from '../context.ts';
import { secondsText } from '../print/times.ts';
import type { ManifestFile } from './manifest-file.ts';

const WAIT_MS = 10_000;

interface ImagesOptions {
  readonly context: Context;
  readonly docker: Docker;
  readonly file: ManifestFile;
  readonly say: (line: Line) => void;
}

/** Builds what is to be built, and looks up the content of all other images as far as this machine's engine has them. */
export const imagesOf = async (options: ImagesOptions): Promise<Record<string, Image>> => {
  const images: Record<string, Image> = {};
  for (const [service, { image: reference }] of Object.entries(options.file.manifest.services)) {
    const build = options.file.builds[service];
    const digest = build ? await built(options, service, reference) : await options.docker.contentOf(reference);
    images[service] = { reference, digest };
  }
  return images;
};

const built = async ({ context, docker, file, say }: ImagesOptions, service: string, image: string): Promise<string> => {
  const { clock, signal } = context;
  const since = clock.monotonic();
  const elapsed = (): string => secondsText(clock.monotonic() - since);
  let timer = clock.after(WAIT_MS, remind);
  function remind(): void {
    say(['building', `${service}  for ${elapsed()}`]);
    timer = clock.after(WAIT_MS, remind);
  }
  try {
    const build = file.builds[service];
    if (!build) throw new Error(`build ${service}: the manifest has no build for it`);
    const id = await docker.build({ ...build, service, folder: file.folder, image }, signal);
    say(['built', `${service}  ${shortId(id)}  in ${elapsed()}`]);
    return id;
  } finally {
    timer.cancel();
  }
};
