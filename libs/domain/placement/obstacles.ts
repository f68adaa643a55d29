import type { HostId } from '#libs/contracts';
import { covers, doorPortsIn, type HostFacts, type ImageById } from '../stack/index.ts';
import { shutReason } from './considered.ts';
import { type Ground, hasImage, type Made, missingTags, needOf } from './fit.ts';
import { bytesText, cpusText, imageText, listed } from './words.ts';

/** What keeps a container off a host. */
export interface Obstacle {
  readonly kind: 'shut' | 'tags' | 'image' | 'memory' | 'cpus' | 'ports' | 'door' | 'elsewhere';
  readonly says: string;
  /** How large the change is that would take it away, to tell changes of one kind apart. */
  readonly size: number;
  /** What a person can do about it; null where only time can. */
  readonly change: string | null;
}

/** All that keeps one more container of the service off the host; nothing where it fits. `only`: the one host that will do. */
export const obstaclesOf = (ground: Ground, facts: HostFacts, made: Made, only: HostId | null): readonly Obstacle[] => {
  const need = needOf(made);
  const free = ground.free(facts);
  const isShort = !covers(free, need);
  return [
    ...(only !== null && only !== facts.host ? [elsewhere(only)] : []),
    ...shutObstacle(facts),
    ...tagObstacle(facts, missingTags(facts, need)),
    ...(made.image !== null && !hasImage(facts, made) ? [imageObstacle(facts.host, made.image)] : []),
    ...(isShort && free.memoryBytes < need.memoryBytes ? [memoryObstacle(facts.host, free.memoryBytes, need.memoryBytes)] : []),
    ...(isShort && free.milliCpus < need.milliCpus ? [cpusObstacle(facts.host, free.milliCpus, need.milliCpus)] : []),
    ...portObstacle(
      facts.host,
      need.ports.filter((port) => ground.isPortTaken(facts.host, port)),
    ),
    ...ground.doorsAmong(facts, need).map((port) => doorObstacle(port, doorPortsIn(ground.world).get(port))),
  ];
};

const elsewhere = (only: HostId): Obstacle => ({
  kind: 'elsewhere',
  says: `is not ${only}, where the container belongs`,
  size: 0,
  change: null,
});

const shutObstacle = (facts: HostFacts): readonly Obstacle[] => {
  const says = shutReason(facts);
  if (says === null) return [];
  const isByPerson = facts.life === 'live' && !facts.isContested;
  return [{ kind: 'shut', says, size: 0, change: isByPerson ? `uncordon ${facts.host}` : null }];
};

const tagObstacle = ({ host }: HostFacts, missing: readonly string[]): readonly Obstacle[] => {
  if (missing.length === 0) return [];
  const isAnother = missing.some((tag) => tag.startsWith('name:'));
  return [
    {
      kind: 'tags',
      says: `lacks ${missing.length > 1 ? 'tags' : 'tag'} ${missing.join(', ')}`,
      size: missing.length,
      change: isAnother ? null : `tag ${host} with ${listed(missing)}`,
    },
  ];
};

const imageObstacle = (host: HostId, image: ImageById): Obstacle => ({
  kind: 'image',
  says: `lacks image ${imageText(image)}`,
  size: 0,
  change: `load image ${imageText(image)} on ${host}`,
});

const memoryObstacle = (host: HostId, free: number, wanted: number): Obstacle => ({
  kind: 'memory',
  says: `${bytesText(free)} of memory free, ${bytesText(wanted)} needed`,
  size: wanted - free,
  change: `free ${bytesText(wanted - free)} on ${host}`,
});

const cpusObstacle = (host: HostId, free: number, wanted: number): Obstacle => ({
  kind: 'cpus',
  says: `${cpusText(free)} free, ${cpusText(wanted)} needed`,
  size: wanted - free,
  change: `free ${cpusText(wanted - free)} on ${host}`,
});

const portObstacle = (host: HostId, taken: readonly string[]): readonly Obstacle[] =>
  taken.length === 0
    ? []
    : [{ kind: 'ports', says: `its ${listed(taken)} is held`, size: taken.length, change: `free ${listed(taken)} of ${host}` }];

const doorObstacle = (port: string, stack: string | undefined): Obstacle => ({
  kind: 'door',
  says: `has a door of ${stack} at ${port}`,
  size: 0,
  change: `map another port than ${port} in x-berth.ports`,
});
