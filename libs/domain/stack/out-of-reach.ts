import { type ContainerId, type Generation, type HostId, type Instant, isAtLeast } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import type { OutOfReach, Served, StackState } from './state.ts';

/** The containers left the names with this generation. */
export const leave = (state: StackState, containers: readonly ContainerId[], names: Generation): StackState => {
  const found = foundByDoors(state);
  const known = containers.filter((id) => state.containers.get(id) !== undefined);
  const doors = (id: ContainerId): Generation | null => (found.has(id) ? null : (state.doors?.generation ?? null));
  return waiting(
    state,
    known.reduce((leaving, id) => leaving.set(id, { names, doors: doors(id) }), state.leaving),
  );
};

/** Other doors are in force. */
export const redraw = (state: StackState): StackState => {
  if (state.leaving.size === 0) return state;
  const found = foundByDoors(state);
  const moved = ([id, way]: readonly [ContainerId, OutOfReach]): readonly [ContainerId, OutOfReach] => [
    id,
    { ...way, doors: found.has(id) ? null : (way.doors ?? state.doors?.generation ?? null) },
  ];
  return waiting(state, OrderedMap.of([...state.leaving].map(moved)));
};

/** Nobody waits for these any more. */
export const forget = (state: StackState, containers: readonly ContainerId[]): StackState => {
  const leaving = containers.reduce((left, id) => left.without(id), state.leaving);
  return leaving.size === 0 && state.leaving.size > 0 ? waiting(state, leaving) : { ...state, leaving };
};

/** Keeps, of what the host served before, when it first served what is waited for: what it serves since then must not hold that up. */
export const serve = (
  served: OrderedMap<HostId, Served>,
  host: HostId,
  now: Omit<Served, 'firsts'>,
  awaited: readonly Generation[],
): OrderedMap<HostId, Served> => {
  const before = served.get(host);
  const earlier = before ? [...before.firsts, { generation: before.generation, at: before.at }] : [];
  const firsts = awaited.flatMap((wanted) => earlier.find(({ generation }) => isAtLeast(generation, wanted)) ?? []);
  return served.set(host, { ...now, firsts: [...new Set(firsts)] });
};

/** When the host first served this or something newer; null while it does not. */
export const firstServed = (served: Served | undefined, wanted: Generation): Instant | null =>
  served === undefined ? null : ([...served.firsts, served].find(({ generation }) => isAtLeast(generation, wanted))?.at ?? null);

const waiting = (state: StackState, leaving: StackState['leaving']): StackState => {
  const ways = leaving.values();
  return {
    ...state,
    leaving,
    awaited: { names: distinct(ways.map(({ names }) => names)), doors: distinct(ways.map(({ doors }) => doors)) },
  };
};

const distinct = (generations: readonly (Generation | null)[]): readonly Generation[] => {
  const known = new Map<string, Generation>();
  for (const generation of generations) if (generation) known.set(`${generation.incarnation}/${generation.position}`, generation);
  return [...known.values()];
};

const foundByDoors = ({ doors }: StackState): ReadonlySet<ContainerId> =>
  new Set(Object.values(doors?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container)));
