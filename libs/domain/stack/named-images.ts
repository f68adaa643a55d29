import { isImageId, type ServiceName } from '#libs/contracts';
import type { StackState, VersionState } from './state.ts';
import type { World } from './world.ts';

/** An image that is named by its id: only a host that has it can run it. */
export interface ImageById {
  readonly id: string;
  readonly reference: string;
}

const NONE: readonly string[] = [];
const byVersions = new WeakMap<StackState['versions'], readonly string[]>();
const byStacks = new WeakMap<World['stacks'], ReadonlySet<string>>();

/** Null where hosts fetch the image from a registry, or try to. */
export const imageByIdOf = ({ images, manifest }: Pick<VersionState, 'images' | 'manifest'>, service: string): ImageById | null => {
  const written = manifest.services[service as ServiceName]?.image ?? '';
  const { reference, digest } = images[service] ?? { reference: written, digest: null };
  const id = digest ?? reference;
  return isImageId(id) ? { id, reference } : null;
};

/** Images that a version of the stack names by their ids. */
export const imagesNamedBy = ({ versions }: Pick<StackState, 'versions'>): readonly string[] => {
  const known = byVersions.get(versions);
  if (known) return known;
  const ids = Object.values(versions).flatMap((version) =>
    Object.keys(version.manifest.services).flatMap((service) => imageByIdOf(version, service)?.id ?? []),
  );
  const named = ids.length === 0 ? NONE : ids;
  byVersions.set(versions, named);
  return named;
};

/** The same of all stacks. */
export const imagesNamedIn = ({ stacks }: Pick<World, 'stacks'>): ReadonlySet<string> => {
  const known = byStacks.get(stacks);
  if (known) return known;
  const named = new Set(stacks.values().flatMap(imagesNamedBy));
  byStacks.set(stacks, named);
  return named;
};
