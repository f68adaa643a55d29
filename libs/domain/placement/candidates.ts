import type { Excluded, Service } from '#libs/contracts';
import type { HostFacts, World } from '../stack/index.ts';
import { liveHosts } from '../stack/index.ts';
import type { Claim } from './claims.ts';
import { bytesText, cpusText } from './words.ts';

/** A host with what is free on it, while slots are being given. */
export interface Candidate {
  readonly host: HostFacts;
  milliCpus: number;
  memoryBytes: number;
}

/** Every live host, ordered by id, less what these claims hold. */
export const candidatesOf = (world: World, claims: readonly Claim[]): readonly Candidate[] => {
  const candidates = liveHosts(world).map((host): Candidate => ({ host, ...host.capacity }));
  const byHost = new Map(candidates.map((candidate) => [candidate.host.host, candidate]));
  for (const claim of claims) {
    const candidate = byHost.get(claim.host);
    if (candidate) take(candidate, claim);
  }
  return candidates;
};

export const take = (candidate: Candidate, { milliCpus, memoryBytes }: Pick<Claim, 'milliCpus' | 'memoryBytes'>): void => {
  candidate.milliCpus -= milliCpus;
  candidate.memoryBytes -= memoryBytes;
};

export const missingTags = (host: HostFacts, service: Service): readonly string[] => service.tags.filter((tag) => !host.tags.includes(tag));

/** Why the host can't take one more container of the service; null when it can. */
export const obstacle = ({ host, milliCpus, memoryBytes }: Candidate, service: Service): string | null => {
  if (host.life !== 'live') return 'is silent';
  if (host.isContested) return 'has two agents that say they are it';
  if (host.cordon !== null) return host.cordon.why === 'cordon' ? 'is cordoned' : 'is being drained';
  const missing = missingTags(host, service);
  if (missing.length > 0) return `lacks ${missing.length > 1 ? 'tags' : 'tag'} ${missing.join(', ')}`;
  const wanted = service.resources;
  if ((wanted.memoryBytes ?? 0) > Math.max(0, memoryBytes))
    return `${bytesText(memoryBytes)} of memory free, ${bytesText(wanted.memoryBytes ?? 0)} needed`;
  if ((wanted.milliCpus ?? 0) > Math.max(0, milliCpus)) return `${cpusText(milliCpus)} free, ${cpusText(wanted.milliCpus ?? 0)} needed`;
  return null;
};

export const excludedBy = (candidates: readonly Candidate[], service: Service): Excluded[] =>
  candidates.flatMap((candidate) => {
    const reason = obstacle(candidate, service);
    return reason === null ? [] : [{ host: candidate.host.host, reason }];
  });
