import type { EventData, HostId, Service } from '#libs/contracts';
import type { HostFacts, ImageById, StackState } from '../stack/index.ts';
import { doorPortsIn, liveHosts } from '../stack/index.ts';
import { consideredOf } from './considered.ts';
import { Field } from './field.ts';
import { type Ground, hasImage, missingTags, needOf } from './fit.ts';
import { type Obstacle, obstaclesOf } from './obstacles.ts';
import { fixOwnPorts } from './own-ports.ts';
import type { Wish } from './slots.ts';
import { bytesText, cpusText, imageText, listed, nearest } from './words.ts';

/** So many hosts are told apart; of more, the verdicts count them. */
const NAMED = 20;
/** One of each kind at most. */
const CHANGES = 3;

interface Judged {
  readonly facts: HostFacts;
  readonly obstacles: readonly Obstacle[];
}

/** Why no host takes the service's next container, and what a person can do about it. The ground holds what was given so far. */
export const refuse = (ground: Ground, state: StackState, wish: Wish, now: number): EventData<'PlacementFailed'> => {
  const { stack, deployment, name, service, open } = wish;
  // Where every host has one, each slot has its own host.
  const only = service.strategy === 'EVERY_NODE' ? null : (open[0]?.to ?? open[0]?.pinned ?? null);
  const judged = liveHosts(ground.world).map((facts): Judged => ({ facts, obstacles: obstaclesOf(ground, facts, wish, only) }));
  const changes = changesOf(judged);
  const excluded = judged.slice(0, NAMED).map(({ facts, obstacles }) => ({ host: facts.host, reason: reasonOf(obstacles) }));
  return {
    ...{ stack, deployment, service: name, excluded, fix: fixFor({ ground, state, judged, wish, changes, only }) },
    ...{ considered: consideredOf(ground.world, new Field(ground, state, wish, now), service), changes },
  };
};

const reasonOf = (obstacles: readonly Obstacle[]): string => obstacles.map(({ says }) => says).join('; ') || 'fits';

/** The smallest of each kind, on the host where nothing else is in the way. */
const changesOf = (judged: readonly Judged[]): string[] => {
  const alone = judged.flatMap(({ obstacles }) => (obstacles.length === 1 && obstacles[0]?.change ? [obstacles[0]] : []));
  const byKind = Map.groupBy(alone, ({ kind }) => kind);
  return KINDS.flatMap((kind) => {
    const least = byKind.get(kind)?.reduce((best, other) => (other.size < best.size ? other : best));
    return least?.change ?? [];
  }).slice(0, CHANGES);
};

/** The easiest first. */
const KINDS = ['shut', 'tags', 'image', 'door', 'ports', 'memory', 'cpus'] as const;

interface Refused {
  readonly ground: Ground;
  readonly state: StackState;
  readonly judged: readonly Judged[];
  readonly wish: Wish;
  readonly changes: readonly string[];
  readonly only: HostId | null;
}

const fixFor = ({ ground, state, judged, wish, changes, only }: Refused): string => {
  const { name, service, open } = wish;
  const hosts = judged.map(({ facts }) => facts);
  if (hosts.length === 0) return 'no host has joined: start a host agent, then deploy again';
  const isWriter = open[0]?.to == null && open[0]?.pinned !== null && service.singleWriter === true;
  if (only !== null && isWriter) return fixWriter(only, name);
  if (only !== null) return fixOnly(only, name, judged, changes);
  const unknown = service.tags.find((tag) => hosts.every(({ tags }) => !tags.includes(tag)));
  if (unknown !== undefined) return fixUnknownTag(unknown, name, hosts);
  const tagged = hosts.filter((facts) => missingTags(facts, service).length === 0);
  if (tagged.length === 0)
    return `no host has all the tags ${service.tags.join(', ')} of services.${name}: ${orElse(changes, 'tag one with all of them')}`;
  const contested = tagged.filter(({ isContested }) => isContested);
  if (contested.length === tagged.length) return fixContested(contested);
  const holding = tagged.filter((facts) => hasImage(facts, wish));
  if (wish.image !== null && holding.length === 0) return fixImage(wish.image, name, tagged);
  const doors = holding.map((facts) => ground.doorsAmong(facts, needOf(wish)));
  if (doors.every(({ length }) => length > 0)) return fixDoors(ground, [...new Set(doors.flat())], name);
  return fixOwnPorts(state, wish, holding.length) ?? fixRoom(ground, holding, wish, changes);
};

const orElse = (changes: readonly string[], otherwise: string): string => (changes.length > 0 ? listed(changes, 'or') : otherwise);

const fixOnly = (only: HostId, name: string, judged: readonly Judged[], changes: readonly string[]): string => {
  const known = judged.find(({ facts }) => facts.host === only);
  const why = known ? known.obstacles.map(({ says }) => says).join('; ') : 'is lost';
  const wait = `wait until ${only} is back, or give it and its data up with berth hosts rm ${only}`;
  return `${only} alone holds the volumes of services.${name}, and does not take it (${why}): ${orElse(changes, known ? `make it fit` : wait)}`;
};

const fixWriter = (only: HostId, name: string): string =>
  `${only} is silent and may still run services.${name}, which is a single writer: wait until ${only} is back, or, once its machine is off, berth hosts declare-lost ${only}`;

const fixUnknownTag = (tag: string, name: string, hosts: readonly HostFacts[]): string => {
  const meant = nearest(
    tag,
    hosts.flatMap(({ tags }) => tags),
  );
  const question = meant === null ? '' : `; did you mean ${meant}?`;
  return `no host has the tag ${tag} of services.${name}${question}${meant === null ? ': ' : ' Else '}tag a host with it, or take it out of x-berth.tags`;
};

const fixImage = (image: ImageById, name: string, tagged: readonly HostFacts[]): string =>
  `image ${imageText(image)} of services.${name} is named by its id, and none of ${listed(tagged.slice(0, NAMED).map(({ host }) => host))} has it: push it to a registry and deploy it by that name, or load it on a host (docker save, docker load)`;

const fixDoors = ({ world }: Ground, ports: readonly string[], name: string): string => {
  const stacks = [...new Set(ports.map((port) => doorPortsIn(world).get(port) ?? ''))].sort();
  return `services.${name} maps ${listed(ports)} of its host (x-berth.ports), where every proxy has a door of ${stacks.length > 1 ? 'stacks' : 'stack'} ${listed(stacks)}: map another port, or give that door another one`;
};

const fixContested = (contested: readonly HostFacts[]): string =>
  `two agents say that they are ${contested.map(({ host }) => host).join(', ')}: stop the one that is wrong, start the other again, then deploy again`;

const fixRoom = (ground: Ground, tagged: readonly HostFacts[], { name, service, open }: Wish, changes: readonly string[]): string => {
  const lack = lackOf(ground, tagged, service);
  const more = open.length < 2 ? 'one container' : `${open.length} containers`;
  return `${more} of services.${name} ${open.length < 2 ? 'finds' : 'find'} no ${lack}; ${[...changes, 'lower deploy.resources or deploy.replicas', 'add a host'].join(', or ')}`;
};

const lackOf = (ground: Ground, tagged: readonly HostFacts[], service: Service): string => {
  const { milliCpus, memoryBytes } = service.resources;
  const mostMemory = Math.max(...tagged.map((facts) => ground.free(facts).memoryBytes));
  if (memoryBytes !== null && mostMemory < memoryBytes)
    return `room: memory: ${bytesText(memoryBytes)} each, and at most ${bytesText(mostMemory)} is free on a host`;
  const mostCpus = Math.max(...tagged.map((facts) => ground.free(facts).milliCpus));
  if (milliCpus !== null && mostCpus < milliCpus)
    return `room: CPUs: ${cpusText(milliCpus)} each, and at most ${cpusText(mostCpus)} are free on a host`;
  return 'host where nothing is in the way';
};
