import type { ContainerModel, Model, StackModel } from './model.ts';

/** A model that goes on by itself. What is replaced and never changed, the two may share. */
export const copyOf = ({ hosts, groupTags, stacks, containers, connected, dark, order }: Model): Model => {
  const own = mapped(containers, copyOfContainer);
  return {
    hosts: mapped(hosts, (host) => ({ ...host })),
    groupTags: new Map(groupTags),
    stacks: mapped(stacks, (stack) => copyOfStack(stack, own)),
    containers: own,
    ...{ connected: new Set(connected), dark: new Set(dark) },
    order: { newest: new Map(order.newest), ids: new Set(order.ids), at: order.at },
  };
};

const copyOfStack = (stack: StackModel, containers: Model['containers']): StackModel => ({
  ...stack,
  versions: new Map(stack.versions),
  everPromoted: new Set(stack.everPromoted),
  failed: new Set(stack.failed),
  drafts: new Map(stack.drafts),
  doorsOnce: new Map(stack.doorsOnce),
  doorsServed: new Map(stack.doorsServed),
  namesServed: new Map(stack.namesServed),
  containers: mapped(stack.containers, (known) => containers.get(known.container) ?? known),
});

const copyOfContainer = (known: ContainerModel): ContainerModel => ({
  ...known,
  drainedBy: new Set(known.drainedBy),
  unnamedAt: new Map(known.unnamedAt),
  unroutedAt: new Map(known.unroutedAt),
});

const mapped = <K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): Map<K, V> => {
  const changed = new Map<K, V>();
  for (const [key, value] of map) changed.set(key, change(value));
  return changed;
};
