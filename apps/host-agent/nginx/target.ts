import { compareGenerations, type DoorSet, type DoorsPart, type Server, type StackName } from '#libs/contracts';
import type { ServedDoors } from './doors-text.ts';

export type Doors = Omit<ServedDoors, 'since'>;

/** What shall serve. */
export type Target = ReadonlyMap<StackName, Doors>;

/** What an earlier release wrote to disk has no paths. */
export const withPaths = <Set extends DoorSet>(set: Set): Set => ({
  ...set,
  servers: set.servers.map((server) => ({ ...server, path: (server as Partial<Server>).path ?? '/' })),
});

/** Of each part what is newer: what it says or what serves already. A stack that no part names has none. */
export const targetOf = (parts: readonly DoorsPart[], served: Target): Target =>
  new Map(
    parts.flatMap(({ stack, live }): [StackName, Doors][] => {
      const known = served.get(stack);
      if (known && (live === null || compareGenerations(known.generation, live.generation) >= 0)) return [[stack, known]];
      return live ? [[stack, live]] : [];
    }),
  );

/**
 * A stack whose port somebody else holds stays as it was: for one such port Nginx would drop the configuration of all stacks.
 * `held`: the port by the stack that stays.
 */
export const withoutPorts = (
  target: Target,
  served: Target,
  ports: readonly number[],
): { readonly target: Target; readonly held: ReadonlyMap<StackName, number> } => {
  const heldBy = (doors: Doors): number | undefined => doors.servers.map(({ port }) => port).find((port) => ports.includes(port));
  const held = new Map([...target].flatMap(([stack, doors]) => [heldBy(doors)].flatMap((port) => (port ? [[stack, port] as const] : []))));
  const kept = [...target].flatMap(([stack, doors]): [StackName, Doors][] => {
    const before = served.get(stack);
    if (!held.has(stack)) return [[stack, doors]];
    return before && heldBy(before) === undefined ? [[stack, before]] : [];
  });
  return { target: new Map(kept), held };
};

export const serversOf = (target: Target): readonly Server[] => [...target.values()].flatMap(({ servers }) => servers);

export const serversByStack = (target: Target): ReadonlyMap<StackName, readonly Server[]> =>
  new Map([...target].map(([stack, { servers }]) => [stack, servers]));
