import type { Server, StackName } from '#libs/contracts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** Servers that a stack's proxies have open or may have to open. */
export const claimedBy = (state: StackState): readonly Server[] => [
  ...(state.doors?.servers ?? []),
  ...Object.values(state.drafts).flatMap((draft) => draft.servers),
];

const byStacks = new WeakMap<World['stacks'], ReadonlyMap<string, StackName>>();

/** Ports that proxies have open or may have to open, as who maps one would ask for it (`tcp/80`), and whose door each is. */
export const doorPortsIn = ({ stacks }: Pick<World, 'stacks'>): ReadonlyMap<string, StackName> => {
  const known = byStacks.get(stacks);
  if (known) return known;
  const ports = new Map(stacks.values().flatMap((state) => claimedBy(state).map(({ port }) => [`tcp/${port}`, state.stack] as const)));
  byStacks.set(stacks, ports);
  return ports;
};
