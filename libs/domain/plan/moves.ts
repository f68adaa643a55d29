import type { ContainerId, HostId, Instant, Manifest, Service, ServiceName, StackName, Weighed } from '#libs/contracts';
import { isMeantFor, nextHost, type Subject, spreadKey, tagValue } from '../placement/index.ts';
import { type ContainerState, isInService, isPinning, isSingleWriter, type StackState, stackOf, type World } from '../stack/index.ts';
import { countsOf, stayingOf, subjectsOf } from './spread.ts';

/** A container that goes elsewhere, once its replacement there is healthy. */
export interface Move {
  readonly stack: StackName;
  readonly container: ContainerId;
  readonly service: ServiceName;
  readonly from: HostId;
  readonly to: HostId;
  readonly reason: string;
}

/** A move that helps. */
export interface Gain {
  readonly move: Move;
  readonly subject: Subject;
  readonly source: Source;
  /** Which rule it serves, the first of all being 0, and by how much. */
  readonly rank: number;
  readonly by: number;
}

interface Source {
  readonly container: ContainerState;
  /** What its host has of the service, at all, and of the service among the hosts with its value of the tag. */
  readonly version: number;
  readonly all: number;
  readonly value: string;
  readonly inValue: number;
}

/** For each service of the stack the best move, where one helps. */
export const gainsOf = (world: World, stack: StackName, now: Instant): readonly Gain[] => {
  const state = stackOf(world, stack);
  return subjectsOf(state).flatMap((subject) => {
    const manifest = state.versions[subject.version]?.manifest;
    if (manifest && isBound(manifest, subject.service)) return [];
    const to = nextHost(world, subject, now);
    if (to === null || to.isFailing) return [];
    const helpful = sourcesOf(world, state, subject).flatMap((source) => gainOf(subject, source, to));
    return helpful.sort(byGain).slice(0, 1);
  });
};

/** Its data are where it is, or its replacement may not run beside it. */
const isBound = (manifest: Manifest, service: Service): boolean => isPinning(manifest, service) || isSingleWriter(manifest, service);

/** The one that helps most; of equal ones that from the fuller host, then by name. */
export const byGain = (a: Gain, b: Gain): number =>
  a.rank - b.rank ||
  b.by - a.by ||
  b.source.version - a.source.version ||
  b.source.all - a.source.all ||
  compare(a.move.stack, b.move.stack) ||
  compare(a.move.service, b.move.service) ||
  compare(a.move.container, b.move.container);

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** One container of each host: the newest slot of those that serve and are alone in theirs. */
const sourcesOf = (world: World, state: StackState, subject: Subject): readonly Source[] => {
  const staying = stayingOf(state, subject);
  const counts = countsOf(staying);
  const alone = new Set([...Map.groupBy(staying, ({ slot }) => slot).values()].filter(({ length }) => length === 1).flat());
  const key = spreadKey(subject);
  const valueAt = (host: HostId): string => (key === null ? '' : tagValue(world.hosts.get(host)?.tags ?? [], key));
  const inValues = Map.groupBy(staying, ({ host }) => valueAt(host));
  const movable = staying.filter((known) => alone.has(known) && isInService(known) && isOnMeant(world, known, subject));
  return [...Map.groupBy(movable, ({ host }) => host)].map(([host, here]) => {
    const value = valueAt(host);
    const container = here.reduce((newest, known) => (known.slot > newest.slot ? known : newest));
    const all = world.room.held.get(host)?.staying ?? 0;
    return { container, value, version: counts.get(host) ?? 0, all, inValue: inValues.get(value)?.length ?? 0 };
  });
};

/** What runs where it would not be placed again is left alone: nobody asked for it to move. */
const isOnMeant = (world: World, { host }: ContainerState, subject: Subject): boolean => {
  const facts = world.hosts.get(host);
  return facts !== undefined && isMeantFor(facts, subject);
};

/** By the first rule that tells both hosts apart, were one container of the one on the other: nothing where that rule speaks against it. */
const gainOf = (subject: Subject, source: Source, to: Weighed): readonly Gain[] => {
  const { container } = source;
  if (container.host === to.host) return [];
  const { stack, name, service } = subject;
  const isOtherValue = to.spread !== undefined && to.spread.value !== source.value;
  const rules = [
    ...(isOtherValue ? [{ rank: 0, from: source.inValue, to: to.spread?.count ?? 0, of: `${name} with its ${service.spread}` }] : []),
    ...(service.strategy === 'EMPTIEST_NODE' ? [] : [{ rank: 1, from: source.version, to: to.version, of: name }]),
    { rank: 2, from: source.all, to: to.all, of: 'all' },
  ];
  const deciding = rules.find((rule) => rule.from - rule.to !== 1);
  if (!deciding || deciding.from - deciding.to < 2) return [];
  const reason = `${container.host} has ${deciding.from} of ${deciding.of}, ${to.host} ${deciding.to}`;
  const move = { stack, container: container.container, service: name, from: container.host, to: to.host as HostId, reason };
  return [{ move, subject, source, rank: deciding.rank, by: deciding.from - deciding.to }];
};
