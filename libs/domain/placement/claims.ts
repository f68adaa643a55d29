import type { ContainerId, HostId, ServiceName, StackName } from '#libs/contracts';
import { type ContainerState, containersOf, isStaying, type StackState, type World } from '../stack/index.ts';

/** What a container holds of its host from its placement to its release. */
export interface Claim {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: ServiceName;
  readonly version: number;
  readonly host: HostId;
  readonly milliCpus: number;
  readonly memoryBytes: number;
  /** Else its room comes back, and it counts no more for the spread. */
  readonly isStaying: boolean;
  /** It leaves, or its version was superseded and its turn comes. */
  readonly isOnItsWay: boolean;
}

/** It shall be gone from its host: it was retired, or its deployment failed. */
export const isEnding = (state: StackState, container: ContainerState): boolean =>
  container.retired !== null || state.deployments[container.deployment]?.status === 'failed';

/** Of every container of every stack that was placed and not released. */
export const claimsOf = (world: World): readonly Claim[] =>
  world.stacks.values().flatMap((state) => containersOf(state).map((container) => claimOf(state, container)));

const claimOf = (state: StackState, container: ContainerState): Claim => {
  const version = state.versions[container.version];
  const resources = version?.manifest.services[container.service]?.resources;
  const staying = isStaying(container) && !isEnding(state, container);
  const isSuperseded = version?.status === 'superseded' && container.deployment !== state.running;
  return {
    container: container.container,
    stack: state.stack,
    service: container.service,
    version: container.version,
    host: container.host,
    milliCpus: resources?.milliCpus ?? 0,
    memoryBytes: resources?.memoryBytes ?? 0,
    isStaying: staying,
    isOnItsWay: !staying || isSuperseded,
  };
};
