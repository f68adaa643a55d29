import type { BerthEvent, ContainerId, HostId } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { EngineMachine, Life } from '../host/engine-machine.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Accuse } from './accuse.ts';

/** I12: what the log tells of a container was so at its host. Judged as the fact is recorded. */
export const judgeFact = (event: BerthEvent, hosts: readonly HostMachine[], world: World, accuse: Accuse): void => {
  const engineOf = (host: HostId): EngineMachine | undefined => hosts.find((each) => each.host === host)?.engine;
  const deny = (why: string): void => accuse('I12', `position ${event.position} tells ${event.type}: ${why}`);
  switch (event.type) {
    case 'ContainerStarted':
    case 'ContainerHealthy':
    case 'ContainerFailed': {
      const { host, container, run } = event.data;
      const why = wrongIn(event, run === null ? undefined : engineOf(host)?.lives.get(run));
      if (run !== null && why !== null) deny(`${container} ${why}`);
      return;
    }
    case 'ContainerStopped':
    case 'PlacementReleased': {
      const { host, container } = event.data;
      // Nobody asks a host that was removed.
      if (world.hosts.get(host) && isThere(engineOf(host), container)) deny(`${container} is still on ${host}`);
      return;
    }
    default:
      return;
  }
};

type OfRun = Extract<BerthEvent, { type: 'ContainerStarted' | 'ContainerHealthy' | 'ContainerFailed' }>;

const wrongIn = (event: OfRun, life: Life | undefined): string | null => {
  if (life?.container !== event.data.container) return `never had the run ${event.data.run}`;
  if (event.type === 'ContainerHealthy') return life.readyAt === null ? 'can not be healthy' : null;
  if (event.type === 'ContainerFailed' && event.data.reason === 'exited') return life.hasEnded ? null : 'has not ended';
  if (event.type === 'ContainerFailed' && event.data.reason === 'unhealthy') return life.wasUnwell ? null : 'was never unwell';
  return null;
};

const isThere = (engine: EngineMachine | undefined, container: ContainerId): boolean => engine?.containers.has(container) ?? false;
