import { type BerthEvent, type ContainerId, type EventData, type EventId, type Generation, type HostId, isAtLeast } from '#libs/contracts';
import { containersOf, isStaying, replicasOf, stackOf, type World } from '#libs/domain/stack';
import type { Accuse } from './accuse.ts';

type Promotion = EventData<'VersionPromoted'>;

/** I2: what is promoted is well, every proxy that counts has checked its doors, and its containers find each other. */
export class Promotions {
  readonly #accuse: Accuse;
  /** By container, its first health: it may have failed since the promotion was decided. */
  readonly #healthyAt = new Map<ContainerId, Generation>();
  readonly #prepared = new Map<EventId, Set<HostId>>();

  constructor(accuse: Accuse) {
    this.#accuse = accuse;
  }

  /** `world`: with the event in it. */
  take(event: BerthEvent, world: World): void {
    if (event.type === 'ContainerHealthy' && !this.#healthyAt.has(event.data.container))
      this.#healthyAt.set(event.data.container, { incarnation: event.incarnation, position: event.position });
    if (event.type === 'ProxyPrepared') {
      const hosts = this.#prepared.get(event.data.draft) ?? new Set();
      this.#prepared.set(event.data.draft, hosts.add(event.data.host));
    }
    if (event.type === 'VersionPromoted') {
      this.#judgeHealth(event.data, world);
      this.#judgeProxies(event.data, world);
      this.#judgeNames(event.data, world);
    }
  }

  #judgeHealth({ stack, version: number, deployment }: Promotion, world: World): void {
    const state = stackOf(world, stack);
    const version = state.versions[number];
    const own = containersOf(state).filter((known) => known.deployment === deployment && isStaying(known));
    for (const [name, { strategy }] of Object.entries(version?.manifest.services ?? {})) {
      const wanted = version && strategy !== 'EVERY_NODE' ? replicasOf(state, version, name) : 0;
      const count = own.filter(({ container, service }) => service === name && this.#healthyAt.has(container)).length;
      if (count < wanted)
        this.#accuse('I2', `version ${number} of ${stack} is promoted with ${count} of ${wanted} ${name} that were healthy`);
    }
  }

  #judgeProxies({ stack, version, draft }: Promotion, world: World): void {
    if (draft === null) return;
    for (const { host, proxy, life } of world.hosts.values())
      if (proxy && life !== 'lost' && !this.#prepared.get(draft)?.has(host))
        this.#accuse('I2', `version ${version} of ${stack} is promoted before the proxy of ${host} checked its doors`);
  }

  #judgeNames({ stack, version, deployment }: Promotion, world: World): void {
    const state = stackOf(world, stack);
    const own = containersOf(state).filter((known) => known.deployment === deployment && isStaying(known));
    for (const host of new Set(own.map((known) => known.host))) {
      const served = state.namesServed.get(host)?.generation;
      const unheard = own.find(({ container }) => {
        const healthyAt = this.#healthyAt.get(container);
        return healthyAt !== undefined && !isAtLeast(served, healthyAt);
      });
      if (world.hosts.get(host)?.life !== 'lost' && unheard)
        this.#accuse('I7', `version ${version} of ${stack} is promoted before ${host} finds ${unheard.container}`);
    }
  }
}
