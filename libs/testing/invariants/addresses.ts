import { type ContainerModel, liveIn, type Model } from './model.ts';
import type { Rule } from './rule.ts';

/** I13: an address is given again only when every host serves names without it. */
export const freeAddress: Rule = {
  invariant: 'I13',
  before: (event, model) => {
    if (event.type !== 'ContainerStarted') return [];
    const { address, container } = event.data;
    const holders = [...model.containers.values()].filter((known) => known.address === address && known.container !== container);
    return holders.flatMap((holder) => {
      if (!holder.isGone) return [`${container} gets ${address}, which ${holder.container} has`];
      return staleHosts(model, holder).map((host) => `${container} gets ${address} while ${host} may serve it as ${holder.container}`);
    });
  },
};

const staleHosts = (model: Model, holder: ContainerModel): readonly string[] =>
  liveIn(model)
    .map(({ host }) => host)
    .filter((host) => (model.stacks.get(holder.stack)?.namesServed.get(host)?.generation.position ?? 0) < holder.namelessSince);
