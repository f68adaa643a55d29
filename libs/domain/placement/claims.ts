import type { ContainerId, HostId } from '#libs/contracts';
import { type ContainerState, containersOf, type StackState, type World } from '../stack/index.ts';

/** What a container holds of its host from its placement to its release. */
export interface Claim {
  readonly container: ContainerId;
  readonly host: HostId;
  readonly milliCpus: number;
  readonly memoryBytes: number;
  /** `<stack>/<service> v<version>`. */
  readonly group: string;
  /** Nothing can keep it: its room comes back, and it counts no more for the spread. */
  readonly isEnding: boolean;
  /** It is ending, or its version was superseded and its turn comes. */
  readonly isOnItsWay: boolean;
}

export const groupOf = (stack: string, service: string, version: number): string => `${stack}/${service} v${version}`;

/** It shall be gone from its host: it was retired, or its deployment failed. */
export const isEnding = (state: StackState, container: ContainerState): boolean =>
  container.retired !== null || state.deployments[container.deployment]?.status === 'failed';

/** Of every container of every stack that was placed and not released. */
export const claimsOf = (world: World): readonly Claim[] =>
  world.stacks.values().flatMap((state) => containersOf(state).map((container) => claimOf(state, container)));

const claimOf = (state: StackState, container: ContainerState): Claim => {
  const version = state.versions[container.version];
  const resources = version?.manifest.services[container.service]?.resources;
  const ending = isEnding(state, container);
  const isSuperseded = version?.status === 'superseded' && container.deployment !== state.running;
  return {
    container: container.container,
    host: container.host,
    milliCpus: resources?.milliCpus ?? 0,
    memoryBytes: resources?.memoryBytes ?? 0,
    group: groupOf(state.stack, container.service, container.version),
    isEnding: ending,
    isOnItsWay: ending || container.leaving !== null || isSuperseded,
  };
};
