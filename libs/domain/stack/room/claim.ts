import type { HostId, Service } from '#libs/contracts';
import type { ContainerState, StackState } from '../state.ts';
import { isStaying } from '../state.ts';

/** What a container holds of its host from its placement to its release. */
export interface Claim {
  readonly host: HostId;
  readonly milliCpus: number;
  readonly memoryBytes: number;
  /** `tcp/53`. */
  readonly ports: readonly string[];
  /** Else its room comes back, and it counts no more for the spread. */
  readonly isStaying: boolean;
  /** It leaves, or its version was superseded and its turn comes. */
  readonly isOnItsWay: boolean;
}

/** It shall be gone from its host: it was retired, or its deployment failed. */
export const isEnding = (state: StackState, container: ContainerState): boolean =>
  container.retired !== null || state.deployments[container.deployment]?.status === 'failed';

/** It counts for the spread. */
export const counts = (state: StackState, container: ContainerState): boolean => isStaying(container) && !isEnding(state, container);

export const claimOf = (state: StackState, container: ContainerState): Claim => {
  const version = state.versions[container.version];
  const service = version?.manifest.services[container.service];
  const staying = counts(state, container);
  const isSuperseded = version?.status === 'superseded' && container.deployment !== state.running;
  return {
    host: container.host,
    milliCpus: service?.resources.milliCpus ?? 0,
    memoryBytes: service?.resources.memoryBytes ?? 0,
    ports: service ? portsOf(service) : NO_PORTS,
    isStaying: staying,
    isOnItsWay: !staying || isSuperseded,
  };
};

/** Ports of the host that one container of the service holds. */
export const portsOf = ({ ports }: Service): readonly string[] =>
  ports.some(({ mapped }) => mapped.length > 0)
    ? [...new Set(ports.flatMap(({ mapped }) => mapped.map(({ port, protocol }) => `${protocol}/${port}`)))].sort()
    : NO_PORTS;

const NO_PORTS: readonly string[] = [];
