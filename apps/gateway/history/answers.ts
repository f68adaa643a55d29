import type { ContainerView, NamesPart, NameView, RouteView } from '#libs/contracts';
import { instanceName, namesPart, stackTable, type View } from '#libs/domain/naming';
import { type ContainerState, containersOf, type StackState } from '#libs/domain/stack';

/** Answers from a stack's state, as the live services give them. Pure. */
export const psOf = (state: StackState): readonly ContainerView[] =>
  containersOf(state).map((known) => ({
    container: known.container,
    stack: state.stack,
    service: known.service,
    version: known.version,
    slot: known.slot,
    host: known.host,
    ...statusOf(known),
    address: known.address,
    reason: known.reason,
  }));

const statusOf = (known: ContainerState): Pick<ContainerView, 'status' | 'since'> => {
  const { status, since, leaving, retired, isGone, lostAt, withdrawn } = known;
  if (retired) return { status: 'stopping', since: retired.at };
  if (leaving) return { status: 'leaving', since: leaving.at };
  if (lostAt !== null) return { status: 'lost', since: lostAt };
  if (withdrawn) return { status: 'withdrawn', since: withdrawn.at };
  return { status: isGone ? 'placed' : status, since };
};

/** What resolvers answer from the very table that dns-central hands them. */
export const namesOf = (state: StackState): readonly NameView[] => {
  const part = namesPart(state);
  if (part === null) return [];
  const { views, outside } = stackTable(part);
  const instances = instancesIn(part);
  return [...[...views].map(([version, view]) => namesIn(part, version, view, instances)), namesIn(part, null, outside, instances)].flat();
};

const namesIn = ({ stack }: NamesPart, caller: number | null, view: View, instances: ReadonlySet<string>): readonly NameView[] =>
  [...view]
    .filter(([name]) => !instances.has(name))
    .map(([name, entry]) => ({
      stack,
      caller,
      name,
      addresses: entry.kind === 'addresses' ? entry.pool.addresses : [],
      alias: entry.kind === 'alias' ? entry.target : null,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Names of single containers: `ps` tells their addresses. */
const instancesIn = ({ stack, versions }: NamesPart): ReadonlySet<string> =>
  new Set(
    Object.values(versions).flatMap((services) =>
      Object.entries(services).flatMap(([service, found]) => found.map(({ container }) => instanceName(stack, service, container))),
    ),
  );

/** What every proxy shall serve. */
export const routesOf = ({ stack, doors }: StackState): readonly RouteView[] =>
  doors === null
    ? []
    : doors.servers.map((server) => ({
        ...server,
        stack,
        version: doors.version,
        generation: doors.generation,
        endpoints: doors.endpoints[server.key] ?? [],
      }));
