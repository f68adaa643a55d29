import type { DeployBody, Image, Manifest, Service, ServiceName } from '#libs/contracts';
import { normaliseCompose } from '#libs/manifest';
import { fragmentOf, pointerTo } from '../http/faults.ts';
import { bodyRefused, type Fault } from '../http/problem.ts';

export interface ReadBody {
  /** Its environment values are plain: they must be sealed before anything keeps them. */
  readonly manifest: Manifest;
  /** One for every service. */
  readonly images: Record<ServiceName, Image>;
  readonly warnings: readonly string[];
}

/** What a body asks for. Throws a problem with a pointer for each fault. `isPlan`: what is to be built needs no image yet. */
export const readBody = (body: Pick<DeployBody, 'compose' | 'images'> & Partial<DeployBody>, { isPlan = false } = {}): ReadBody => {
  const read = normaliseCompose(body.compose);
  if (!read.ok) throw bodyRefused(read.errors.map(({ pointer, detail }) => ({ pointer: fragmentOf(`/compose${pointer}`), detail })));
  const strangers = Object.keys(body.images).filter((name) => !Object.hasOwn(read.manifest.services, name));
  if (strangers.length > 0) throw bodyRefused(strangers.map((name) => stranger(name, read.manifest)));
  const unbuilt = read.builtOnly.filter((name) => !isContent(imageOf(body.images, name), read.manifest.services[name as ServiceName]));
  if (unbuilt.length > 0 && !isPlan) throw bodyRefused(unbuilt.map(neverBuilt));
  return { manifest: read.manifest, images: imagesOf(read.manifest, body.images), warnings: read.warnings };
};

const stranger = (name: string, { services }: Manifest): Fault => ({
  pointer: pointerTo(['images', name]),
  detail: `name a service of the compose document: ${Object.keys(services).join(', ')}`,
});

/** A digest, or a reference that is not the name which we made up. */
const isContent = (image: Image | undefined, service: Service | undefined): boolean =>
  image !== undefined && (image.digest !== null || image.reference !== service?.image);

const neverBuilt = (name: string): Fault => ({
  pointer: pointerTo(['compose', 'services', name, 'build']),
  detail: `name what was built in images.${name}: its digest, or a reference that hosts can pull (berth deploy builds and does so); or write image:`,
});

const imagesOf = ({ services }: Manifest, images: DeployBody['images']): Record<ServiceName, Image> =>
  Object.fromEntries(
    Object.entries(services).map(([name, { image }]) => [name, imageOf(images, name) ?? { reference: image, digest: null }]),
  ) as Record<ServiceName, Image>;

/** A service may be called `constructor`, which every object has. */
const imageOf = (images: DeployBody['images'], name: string): Image | undefined => (Object.hasOwn(images, name) ? images[name] : undefined);
