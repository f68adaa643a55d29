import type Docker from 'dockerode';
import { Rejected } from '#libs/contracts';
import { unless, wordsOf } from './errors.ts';
import { jsonLines } from './json-lines.ts';

/** Looks first and pulls what is not there. Throws `Rejected` with the engine's or registry's words. */
export const fetchImage = async (docker: Docker, image: string, willPull: () => void): Promise<void> => {
  if ((await unless(docker.getImage(image).inspect(), 404)) !== null) return;
  if (isBareId(image)) throw new Rejected(`image ${image}: not here, and an id alone says no registry; build it on this host or push it`);
  willPull();
  try {
    const progress = await docker.pull(withTag(image));
    for await (const { error } of jsonLines<{ error?: string }>(progress)) {
      if (error !== undefined) throw new Error(error);
    }
  } catch (cause) {
    throw new Rejected(`image ${image}: not here and the pull failed: ${wordsOf(cause)}`, { cause });
  }
};

const isBareId = (image: string): boolean => /^sha256:[0-9a-f]{64}$/.test(image);

/** Without a tag the engine would fetch every one. */
const withTag = (image: string): string => (image.includes('@') || /:[^/]+$/.test(image) ? image : `${image}:latest`);
