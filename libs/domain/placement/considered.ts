import type { Considered, HostId, Service } from '#libs/contracts';
import { doorPortsIn, type HostFacts, isOpen, type Shelf, type World } from '../stack/index.ts';
import type { Field } from './field.ts';
import { hasImage, hasTags, type Need } from './fit.ts';
import { bytesText, cpusText, imageText } from './words.ts';

/** In a fleet of so many hosts, each is named. */
const SMALL = 20;
/** In a larger one, so many of each kind. */
const NAMED = 3;
const BEST = 5;
/** With what the verdict on a host begins that has not the image. */
export const LACKS_IMAGE = 'lacks image ';

type Verdict = Considered['excluded'][number];

/** What a service meets before its first slot is given. */
export const consideredOf = (world: World, field: Field, service: Service): Considered => {
  const hosts = hostsCounted(world);
  const most = world.hosts.size <= SMALL ? SMALL : NAMED;
  return {
    hosts,
    fitting: field.fitting,
    excluded: [
      ...shut(world, most),
      ...untagged(world, field.need, most),
      ...imageless(world, field.need, most),
      ...full(field, service, most),
      ...portless(world, field.need, most),
      ...doored(world, field.need, most),
    ],
    best: field.best(world.hosts.size <= SMALL ? SMALL : BEST),
    position: world.position,
  };
};

/** Those that are not lost. */
const hostsCounted = ({ hosts, room }: World): number => {
  if (room.shut.size === 0) return hosts.size;
  return hosts.size - room.shut.keys().filter((host) => hosts.get(host)?.life === 'lost').length;
};

/** Why a host takes no containers at all; null when it does. */
export const shutReason = ({ life, isContested, cordon }: HostFacts): string | null => {
  if (life === 'lost') return 'is lost';
  if (life === 'suspected') return 'is silent';
  if (isContested) return 'has two agents that say they are it';
  if (cordon === null) return null;
  return { cordon: 'is cordoned', drain: 'is being drained', reboot: 'will restart' }[cordon.why];
};

const shut = ({ room, hosts }: World, most: number): readonly Verdict[] => {
  const known = room.shut.keys().flatMap((host) => hosts.get(host) ?? []);
  return [...Map.groupBy(known, shutReason)].map(([reason, those]) =>
    verdict(
      reason ?? '',
      those.map(({ host }) => host),
      most,
    ),
  );
};

/** Each tag for itself. */
const untagged = (world: World, { tags }: Need, most: number): readonly Verdict[] => {
  if (tags.length === 0) return [];
  const shelves = world.room.shelves.values();
  return tags.flatMap((tag) => {
    const lacking = shelves.filter((shelf) => !shelf.tags.has(tag));
    if (tag.startsWith('name:')) return notNamed(world, tag, most);
    const count = lacking.reduce((sum, { size }) => sum + size, 0);
    return count === 0 ? [] : [{ reason: `lacks tag ${tag}`, count, hosts: firstOf(lacking, most) }];
  });
};

const notNamed = (world: World, tag: string, most: number): readonly Verdict[] => {
  const open = world.hosts.values().filter((facts) => isOpen(facts) && !facts.tags.includes(tag));
  return open.length === 0
    ? []
    : [
        verdict(
          `lacks tag ${tag}`,
          open.map(({ host }) => host),
          most,
        ),
      ];
};

const firstOf = (shelves: readonly Shelf[], most: number): string[] => {
  const hosts: string[] = [];
  for (const shelf of shelves)
    for (const { host } of shelf) {
      if (hosts.length === most) return hosts;
      hosts.push(host);
    }
  return hosts;
};

/** Of those that have the tags. */
const imageless = (world: World, need: Need, most: number): readonly Verdict[] => {
  if (need.image === null) return [];
  const lacking = world.hosts.values().filter((facts) => isOpen(facts) && hasTags(facts, need) && !hasImage(facts, need));
  const hosts = lacking.map(({ host }) => host);
  return hosts.length === 0 ? [] : [verdict(`${LACKS_IMAGE}${imageText(need.image)}`, hosts, most)];
};

/** Of those that have the tags and the image: each resource for itself. */
const full = (field: Field, service: Service, most: number): readonly Verdict[] => {
  const [memory, cpus] = [
    { count: 0, hosts: [] as string[] },
    { count: 0, hosts: [] as string[] },
  ];
  for (const stand of field.lacking()) {
    if (stand.memoryBytes < field.need.memoryBytes) tally(memory, stand.host, most);
    if (stand.milliCpus < field.need.milliCpus) tally(cpus, stand.host, most);
  }
  const { memoryBytes, milliCpus } = service.resources;
  return [
    ...(memory.count === 0 ? [] : [{ reason: `has not ${bytesText(memoryBytes ?? 0)} of memory free`, ...memory }]),
    ...(cpus.count === 0 ? [] : [{ reason: `has not ${cpusText(milliCpus ?? 0)} free`, ...cpus }]),
  ];
};

const portless = (world: World, need: Need, most: number): readonly Verdict[] =>
  need.ports.flatMap((port) => {
    const holders = (world.room.ports.get(port)?.keys() ?? []).filter((host) => {
      const facts = world.hosts.get(host);
      return facts !== undefined && isOpen(facts) && hasTags(facts, need) && hasImage(facts, need);
    });
    return holders.length === 0 ? [] : [verdict(`has its ${port} held`, holders, most)];
  });

/** Its proxy listens there. */
const doored = (world: World, need: Need, most: number): readonly Verdict[] =>
  need.ports.flatMap((port) => {
    const stack = doorPortsIn(world).get(port);
    if (stack === undefined) return [];
    const having = world.hosts.values().filter((facts) => facts.proxy && isOpen(facts) && hasTags(facts, need) && hasImage(facts, need));
    const hosts = having.map(({ host }) => host);
    return hosts.length === 0 ? [] : [verdict(`has a door of ${stack} at ${port}`, hosts, most)];
  });

const tally = (of: { count: number; hosts: string[] }, host: HostId, most: number): void => {
  of.count++;
  if (of.hosts.length < most) of.hosts.push(host);
};

const verdict = (reason: string, hosts: readonly HostId[], most: number): Verdict => ({
  reason,
  count: hosts.length,
  hosts: hosts.slice(0, most),
});
