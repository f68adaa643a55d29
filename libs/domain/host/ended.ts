import {
  type ContainerId,
  type ContainersPart,
  containerIdOf,
  type DesiredContainer,
  type HostReport,
  type ServiceName,
} from '#libs/contracts';
import { type DeploymentState, type StackState, stackOf, type World } from '../stack/index.ts';

/** So long as containers are given that name none. */
const STOP_GRACE_MS = 10_000;

/**
 * The part, and what the host reports beside it though the log ended it: an agent that woke up with what it should have been long ago made
 * it again. It goes once more. What the log never ended is kept.
 */
export const withEnded = (part: ContainersPart, level: HostReport | undefined, world: World): ContainersPart => {
  const state = stackOf(world, part.stack);
  const ended = (level?.containers ?? [])
    .filter((seen) => seen.stack === part.stack && seen.state !== 'gone' && isEnded(state, seen.container))
    .map(({ container }): DesiredContainer => ({ goal: 'gone', container, stopGraceMs: STOP_GRACE_MS }));
  return ended.length === 0 ? part : { ...part, containers: [...part.containers, ...ended] };
};

/** The host reports what no stack knows: to say what it shall run, each stack has to be asked. */
export const reportsUnknown = (level: HostReport | undefined, world: World): boolean =>
  (level?.containers ?? []).some(({ stack, container, state }) => state !== 'gone' && !stackOf(world, stack).containers.get(container));

/** It was released: all of its version was, or it was placed once and is known no more. */
const isEnded = (state: StackState, container: ContainerId): boolean => {
  if (state.containers.get(container)) return false;
  const own = Object.values(state.deployments).find(({ deployment }) => container.includes(`-${deployment.slice(0, 8)}-`));
  const version = own && state.versions[own.version];
  return version?.status === 'retired' || version?.status === 'failed' || (own !== undefined && wasPlaced(state, own, container));
};

/** What a log that lost its end knows nothing of is none of these. */
const wasPlaced = ({ stack }: StackState, { deployment, given }: DeploymentState, container: ContainerId): boolean =>
  Object.entries(given).some(([service, slots]) =>
    slots.some((count, index) => {
      const name = { stack, service: service as ServiceName, slot: index + 1, deployment };
      return Array.from({ length: count }, (_, made) => containerIdOf({ ...name, replacement: made + 1 })).includes(container);
    }),
  );
