import { type HostId, isAtLeast, streams } from '#libs/contracts';
import { liveProxies, type Served, type StackState, type World } from '#libs/domain/stack';
import { decision, promotedOf, type Step } from './step.ts';

/** Every live proxy serves the promoted version, or something newer. */
export const switching: Step = (moment) => {
  const { world, state } = moment;
  const rollout = promotedOf(state);
  if (!rollout?.deployment.promotedAt || rollout.deployment.isSwitchCompleted) return [];
  const { deployment, version, promotedAt } = rollout.deployment;
  const served = servedByAll(world, state);
  if (!served.every(([, at]) => isAtLeast(at?.generation, promotedAt.generation))) return [];
  const since = served.flatMap(([, at]) => at?.since ?? []);
  const data = {
    stack: state.stack,
    deployment,
    version,
    generation: promotedAt.generation,
    skewMs: since.length === 0 ? 0 : Math.max(...since) - Math.min(...since),
    proxies: served.map(([host]) => host),
  };
  return [decision(moment, deployment, [{ stream: streams.stack(state.stack), type: 'SwitchCompleted', data }], [streams.hosts])];
};

/** What each live proxy serves; nobody has to serve a stack that never had a door. */
const servedByAll = (world: World, state: StackState): readonly (readonly [HostId, Served | undefined])[] =>
  state.doors === null ? [] : liveProxies(world).map(({ host }) => [host, state.doorsServed.get(host)]);
