import type { BerthEvent, ContainerId, EventData } from '#libs/contracts';
import { type ContainerState, containersOf, isStaying, type StackState, stackOf, type World } from '#libs/domain/stack';
import type { HostMachine } from '../host/host-machine.ts';
import type { Accuse } from './accuse.ts';

/** Who is taken out of service was replaced before, and what is too many goes from where most of it is. */
export class Withdrawals {
  readonly #accuse: Accuse;
  readonly #wereHealthy = new Set<ContainerId>();

  constructor(accuse: Accuse) {
    this.#accuse = accuse;
  }

  /** `world`: with the event in it. */
  take(event: BerthEvent, world: World, hosts: readonly HostMachine[]): void {
    if (event.type === 'ContainerHealthy') this.#wereHealthy.add(event.data.container);
    if (event.type === 'ContainersRetired') this.#judgeReach(event.data, world, hosts);
    if (event.type !== 'PlacementsWithdrawn') return;
    const state = stackOf(world, event.data.stack);
    if (event.data.why === 'drained' || event.data.why === 'rebalanced') this.#judgeReplaced(event.data, state);
    if (event.data.why === 'scaled-down') this.#judgeSpread(event.data, state, world);
  }

  /** I2: it is judged when that is told, and a replacement may have failed since it was decided. */
  #judgeReplaced({ containers, why }: EventData<'PlacementsWithdrawn'>, state: StackState): void {
    for (const known of containers.flatMap((id) => state.containers.get(id) ?? [])) {
      const others = containersOf(state).filter((other) => isStaying(other) && isOfService(other, known));
      const isEverywhere = strategyOf(state, known) === 'EVERY_NODE';
      const replacements = others.filter(({ slot }) => isEverywhere || slot === known.slot);
      if (!replacements.some(({ container }) => this.#wereHealthy.has(container)))
        this.#accuse('I2', `${known.container} is withdrawn (${why}) and nobody serves in its place`);
    }
  }

  /** I5, turned round. */
  #judgeSpread({ containers }: EventData<'PlacementsWithdrawn'>, state: StackState, world: World): void {
    const gone = containers.flatMap((id) => state.containers.get(id) ?? []);
    const [first] = gone;
    if (!first || strategyOf(state, first) !== 'HIGH_AVAILABILITY') return;
    const left = containersOf(state).filter((other) => isStaying(other) && isOfService(other, first));
    const all = [...left, ...gone];
    const isOdd = all.some(({ host }) => world.hosts.get(host)?.cordon !== null) || new Set(all.map(({ slot }) => slot)).size < all.length;
    if (isOdd) return;
    const count = (host: string): number => left.filter((other) => other.host === host).length;
    const most = Math.max(0, ...left.map(({ host }) => count(host)));
    for (const { container, host } of gone)
      if (count(host) + 1 < most)
        this.#accuse('I5', `${container} is too many on ${host}, which keeps ${count(host)}, and another host keeps ${most}`);
  }

  /** I3, I6: who is told to stop is found by nobody, at no host that anybody waits for. */
  #judgeReach({ stack, containers, reason }: EventData<'ContainersRetired'>, world: World, hosts: readonly HostMachine[]): void {
    if (reason === 'deployment-failed') return;
    for (const machine of hosts.filter(({ host, isGone }) => !isGone && (world.hosts.get(host)?.life ?? 'lost') !== 'lost'))
      for (const container of containers)
        if (machine.leadsTo(container, stack))
          this.#accuse('I3', `${container} is told to stop (${reason}) while ${machine.host} leads to it`);
  }
}

const isOfService = (one: ContainerState, other: ContainerState): boolean =>
  one.service === other.service && one.deployment === other.deployment && one.container !== other.container;

const strategyOf = (state: StackState, { version, service }: ContainerState) =>
  state.versions[version]?.manifest.services[service]?.strategy;
