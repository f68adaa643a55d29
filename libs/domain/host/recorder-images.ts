import { type HostReport, streams } from '#libs/contracts';
import { type HostFacts, imagesNamedIn, type World } from '../stack/index.ts';
import type { Fact } from './recorder-fact.ts';

/**
 * What is new in the images of a host. An image of a registry is worth a fact only where a version names it by its id: each host could fetch
 * it. Where an agent tells its images, the first fact comes even if there are none: from then on it is known what the host lacks. It
 * stands beside tags and cordons: a placement is appended at what it says.
 */
export const imageFacts = ({ host, images }: Pick<HostReport, 'host' | 'images'>, known: HostFacts, world: World): readonly Fact[] => {
  if (!images) return [];
  const named = imagesNamedIn(world);
  const held = new Set([...images.local, ...images.others.filter((id) => named.has(id))]);
  const before = known.images ?? [];
  const data = { host, held: [...held].filter((id) => !before.includes(id)).sort(), gone: before.filter((id) => !held.has(id)) };
  if (known.images !== null && data.held.length === 0 && data.gone.length === 0) return [];
  return [{ event: { stream: streams.hosts, type: 'ImagesNoted', data }, correlation: null, causation: null, output: null }];
};
