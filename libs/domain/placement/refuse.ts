import type { EventData, Excluded, Service } from '#libs/contracts';
import { type Candidate, excludedBy, missingTags } from './candidates.ts';
import type { Wish } from './slots.ts';
import { bytesText, cpusText, nearest } from './words.ts';

/** Why no host takes the service's next container, and what a person can do about it. The candidates hold what was given so far. */
export const refuse = (candidates: readonly Candidate[], wish: Wish): EventData<'PlacementFailed'> => {
  const excluded: Excluded[] = excludedBy(candidates, wish.service);
  const { stack, deployment, name: service } = wish;
  return { stack, deployment, service, excluded, fix: fixFor(candidates, wish) };
};

const fixFor = (candidates: readonly Candidate[], { name, service }: Wish): string => {
  if (candidates.length === 0) return 'no host has joined: start a host agent, then deploy again';
  const unknown = service.tags.find((tag) => candidates.every(({ host }) => !host.tags.includes(tag)));
  if (unknown !== undefined) return fixUnknownTag(unknown, name, candidates);
  const tagged = candidates.filter(({ host }) => missingTags(host, service).length === 0);
  if (tagged.length === 0) return `no host has all the tags ${service.tags.join(', ')} of services.${name}: tag one with all of them`;
  const contested = tagged.filter(({ host }) => host.isContested);
  if (contested.length === tagged.length) return fixContested(contested);
  return fixRoom(tagged, name, service);
};

const fixUnknownTag = (tag: string, name: string, candidates: readonly Candidate[]): string => {
  const meant = nearest(
    tag,
    candidates.flatMap(({ host }) => host.tags),
  );
  const question = meant === null ? '' : `; did you mean ${meant}?`;
  return `no host has the tag ${tag} of services.${name}${question}${meant === null ? ': ' : ' Else '}tag a host with it, or take it out of x-berth.tags`;
};

const fixContested = (contested: readonly Candidate[]): string =>
  `two agents say that they are ${contested.map(({ host }) => host.host).join(', ')}: stop the one that is wrong, start the other again, then deploy again`;

const fixRoom = (tagged: readonly Candidate[], name: string, service: Service): string => {
  const { milliCpus, memoryBytes } = service.resources;
  const mostMemory = Math.max(...tagged.map((candidate) => candidate.memoryBytes));
  const lacksMemory = memoryBytes !== null && mostMemory < memoryBytes;
  const lack = lacksMemory
    ? `memory: ${bytesText(memoryBytes)} each, and at most ${bytesText(mostMemory)} is free on a host`
    : `CPUs: ${cpusText(milliCpus ?? 0)} each, and no host with the memory has them free`;
  return `${service.replicas} of services.${name} need more ${lack}; lower deploy.resources or deploy.replicas, or add a host`;
};
