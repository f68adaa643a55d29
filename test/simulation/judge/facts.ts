import type { BerthEvent, ContainerId, HostId } from '#libs/contracts';
import type { HostFacts, World } from '#libs/domain/stack';
import type { EngineMachine, Life } from '../host/engine-machine.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Accuse } from './accuse.ts';

/** I12: what the log tells of a container was so at its host. Judged as the fact is recorded. */
export class Facts {
  readonly #hosts: readonly HostMachine[];
  readonly #accuse: Accuse;
  /** By container, the newest of its runs that was told. */
  readonly #newest = new Map<ContainerId, Life>();

  constructor(hosts: readonly HostMachine[], accuse: Accuse) {
    this.#hosts = hosts;
    this.#accuse = accuse;
  }

  /** The log lost events: they may be told once more. */
  forget(): void {
    this.#newest.clear();
  }

  take(event: BerthEvent, world: World): void {
    switch (event.type) {
      case 'ContainerStarted':
      case 'ContainerHealthy':
      case 'ContainerFailed':
        this.#judgeRun(event);
        return;
      case 'ContainerStopped':
      case 'PlacementReleased': {
        const { host, container } = event.data;
        // Nobody asks a host that was removed.
        const known = world.hosts.get(host);
        if (known && this.#isThere(known, container)) this.#deny(event, `${container} is still on ${host}`);
        return;
      }
      default:
        return;
    }
  }

  #judgeRun(event: OfRun): void {
    const { host, container, run } = event.data;
    const engine = this.#engineOf(host);
    if (event.type === 'ContainerFailed' && event.data.reason === 'not-started' && !engine?.refusals.has(event.data.message))
      this.#deny(event, `the engine of ${host} had nothing against ${container}`);
    if (run === null) return;
    const life = engine?.lives.get(run);
    const why = wrongIn(event, life);
    if (why !== null || !life || !engine) {
      this.#deny(event, `${container} ${why}`);
      return;
    }
    const newest = this.#newest.get(container);
    if (newest && newest.number > life.number && !engine.wasHaunted) this.#deny(event, `${container} runs anew since, as was told before`);
    else this.#newest.set(container, life);
  }

  /**
   * Where two agents live on one machine, the one that does not hold the session, and so is not listened to, may make it again at any moment
   * after the other one said that it is gone. That it goes once more is judged at the end.
   */
  #isThere({ host, session }: HostFacts, container: ContainerId): boolean {
    const found = this.#engineOf(host)?.containers.get(container);
    return found !== undefined && (found.rival === null || found.rival === session?.runId);
  }

  #engineOf(host: HostId): EngineMachine | undefined {
    return this.#hosts.find((each) => each.host === host)?.engine;
  }

  #deny({ position, type }: BerthEvent, why: string): void {
    this.#accuse('I12', `position ${position} tells ${type}: ${why}`);
  }
}

type OfRun = Extract<BerthEvent, { type: 'ContainerStarted' | 'ContainerHealthy' | 'ContainerFailed' }>;

const wrongIn = (event: OfRun, life: Life | undefined): string | null => {
  if (life?.container !== event.data.container) return `never had the run ${event.data.run}`;
  if (event.type === 'ContainerHealthy') return life.readyAt === null ? 'can not be healthy' : null;
  if (event.type === 'ContainerFailed' && event.data.reason === 'exited') return life.hasEnded ? null : 'has not ended';
  if (event.type === 'ContainerFailed' && event.data.reason === 'unhealthy') return life.wasUnwell ? null : 'was never unwell';
  return null;
};
