import type { HostId, ServiceName, StackName } from '#libs/contracts';
import { isMeantFor, type Subject } from '../placement/index.ts';
import {
  type ContainerState,
  containersOf,
  imageByIdOf,
  isOpen,
  isStaying,
  type StackState,
  type VersionState,
  type World,
} from '../stack/index.ts';

/** How uneven something is: the most on a host less the fewest on one, of the hosts that may have it. */
export interface Spread {
  readonly hosts: number;
  readonly services: readonly { readonly stack: StackName; readonly service: ServiceName; readonly spread: number }[];
}

/** Of the version that serves in each of these stacks, and of all containers. A service that is on every host, or on none, has no spread. */
export const spreadOf = (world: World, stacks: readonly StackState[]): Spread => {
  const open = world.hosts.values().filter(isOpen);
  const meant = new Map<string, ReadonlySet<HostId>>();
  /** Services with the same tags and images have the same hosts. */
  const meantFor = (subject: Subject): ReadonlySet<HostId> => {
    const key = [...subject.service.tags, subject.image?.id ?? ''].join(' ');
    const hosts = meant.get(key) ?? new Set(open.filter((facts) => isMeantFor(facts, subject)).map(({ host }) => host));
    meant.set(key, hosts);
    return hosts;
  };
  const services = stacks.flatMap((state) =>
    subjectsOf(state).map((subject) => {
      const hosts = meantFor(subject);
      const counts = [...countsOf(stayingOf(state, subject))].flatMap(([host, count]) => (hosts.has(host) ? [count] : []));
      return { stack: state.stack, service: subject.name, spread: rangeOf(hosts.size > counts.length ? [0, ...counts] : counts) };
    }),
  );
  return { hosts: rangeOf(open.map(({ host }) => world.room.held.get(host)?.staying ?? 0)), services };
};

/** The services of the promoted version that can be spread, by name. */
export const subjectsOf = (state: StackState): readonly Subject[] => {
  const version = promotedOf(state);
  if (!version) return [];
  const { deployment, version: number, manifest } = version;
  return (Object.keys(manifest.services) as ServiceName[]).sort().flatMap((name) => {
    const service = manifest.services[name];
    const isSpread = service !== undefined && service.strategy !== 'EVERY_NODE' && stayingOf(state, { name, deployment }).length > 0;
    return isSpread ? [{ stack: state.stack, deployment, version: number, name, service, image: imageByIdOf(version, name) }] : [];
  });
};

/** Containers of the service that are to stay. */
export const stayingOf = (state: StackState, { name, deployment }: Pick<Subject, 'name' | 'deployment'>): readonly ContainerState[] =>
  containersOf(state).filter((known) => known.deployment === deployment && known.service === name && isStaying(known));

export const countsOf = (containers: readonly ContainerState[]): ReadonlyMap<HostId, number> =>
  new Map([...Map.groupBy(containers, ({ host }) => host)].map(([host, here]) => [host, here.length]));

const promotedOf = ({ promoted, versions }: StackState): VersionState | undefined => (promoted === null ? undefined : versions[promoted]);

/** No walk over arguments: there may be more hosts than a call takes. */
const rangeOf = (counts: readonly number[]): number => {
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  return counts.length === 0 ? 0 : most - counts.reduce((a, b) => Math.min(a, b), most);
};
