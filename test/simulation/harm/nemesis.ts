import type { ControlPlane } from '../control/control-plane.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Plan } from '../plan/plan.ts';
import { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Trace } from '../world/trace.ts';
import { HARMS } from './harms.ts';

interface Stage {
  readonly loop: Loop;
  readonly trace: Trace;
  readonly control: ControlPlane;
  readonly machines: ReadonlyMap<number, HostMachine>;
}

/** Harms as it was planned, until it is told to heal everything. */
export class Nemesis {
  readonly #stage: Stage;
  readonly #open = new Map<string, () => void>();
  #calmSince = 0;

  constructor(stage: Stage, { seed, drawnHosts, faults }: Plan) {
    this.#stage = stage;
    for (const { id, kind, at, lasts } of faults) {
      const chance = new Chance(seed, id);
      const number = chance.between(1, drawnHosts);
      const machine = (): HostMachine | null => stage.machines.get(number) ?? null;
      stage.loop.after(at, () => {
        this.#say(id, kind);
        stage.trace.sometimes(`harm: ${kind}`);
        this.#open.set(id, HARMS[kind]({ ...stage, chance, machine }));
      });
      stage.loop.after(at + lasts, () => this.#end(id, kind));
    }
  }

  /** The virtual time since which nobody harmed anything; infinite while somebody does. */
  get calmSince(): number {
    return this.#open.size > 0 ? Number.POSITIVE_INFINITY : this.#calmSince;
  }

  heal(): void {
    for (const id of [...this.#open.keys()]) this.#end(id, 'everything heals');
  }

  #end(id: string, kind: string): void {
    const end = this.#open.get(id);
    if (!end) return;
    this.#open.delete(id);
    this.#say(id, `${kind}: over`);
    end();
    this.#calmSince = this.#stage.loop.now;
  }

  #say(id: string, what: string): void {
    this.#stage.trace.say('nemesis', `${what} (${id})`);
  }
}
