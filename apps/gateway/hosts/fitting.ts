import type { ContainerView, HostId, ServiceName, StackName, Unfit } from '#libs/contracts';
import type { StackState } from '#libs/domain/stack';

export interface FittingPorts {
  /** All containers that there are. */
  readonly containers: () => Promise<readonly ContainerView[]>;
  /** A stack as it is now. */
  readonly state: (stack: StackName) => Promise<StackState>;
}

/** What runs where it would not be placed again. */
export class Fitting {
  readonly #ports: FittingPorts;

  constructor(ports: FittingPorts) {
    this.#ports = ports;
  }

  /** Containers of these hosts that would miss a tag of their service if the hosts had these tags; ordered by container. */
  async unfit(tagged: ReadonlyMap<HostId, readonly string[]>): Promise<readonly Unfit[]> {
    const there = (await this.#ports.containers()).filter(({ host }) => tagged.has(host));
    const states = new Map<StackName, StackState>();
    for (const stack of new Set(there.map((known) => known.stack))) states.set(stack, await this.#ports.state(stack));
    return there.flatMap(({ container, stack, service, version, host }): Unfit[] => {
      const wanted = states.get(stack)?.versions[version]?.manifest.services[service as ServiceName]?.tags ?? [];
      const lacks = wanted.filter((tag) => !tagged.get(host)?.includes(tag));
      return lacks.length === 0 ? [] : [{ container, stack, service, host, lacks }];
    });
  }
}
