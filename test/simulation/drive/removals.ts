import type { BerthEvent, HostId } from '#libs/contracts';
import type { World as Told } from '#libs/domain/stack';
import type { HostMachine } from '../host/host-machine.ts';
import type { Plan } from '../plan/plan.ts';
import { Chance } from '../world/chance.ts';
import type { World } from './build.ts';

/** Until what was said is answered. */
const ANSWER_MS = 5000;

/** What people do with machines: they switch off what they removed from the fleet, or forget to, and say of a dead one that it is. */
export class Removals {
  readonly #world: World;
  readonly #chance: Chance;
  #waiting = 0;

  constructor({ seed }: Plan, world: World) {
    this.#world = world;
    this.#chance = new Chance(seed, 'removals');
  }

  /** Of a dead machine, some don't say it yet. */
  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  take(event: BerthEvent): void {
    if (event.type !== 'HostRemoved' || !this.#chance.happens(0.5)) return;
    const machine = this.#machine(event.data.host);
    const isLast = this.#world.hosts.filter(({ isGone }) => !isGone).length < 2;
    if (machine && !isLast) machine.vanish();
  }

  /** Some wait until its silence is taken for a loss. */
  bury(told: () => Told): void {
    const { loop, operator, hosts } = this.#world;
    for (const { host } of hosts.filter(({ isGone }) => isGone)) {
      const wish = this.#chance.pick([{ kind: 'declare-lost' }, { kind: 'remove', force: true }] as const);
      this.#waiting++;
      loop.after(this.#chance.between(1000, 200_000), () => {
        if (told().hosts.get(host)) operator.change(host, wish);
        loop.after(ANSWER_MS, () => {
          this.#waiting--;
        });
      });
    }
  }

  #machine(host: HostId): HostMachine | undefined {
    return this.#world.hosts.find((each) => each.host === host);
  }
}
