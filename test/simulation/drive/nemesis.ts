import type { ControlPlane } from '../control/control-plane.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Trace } from '../world/trace.ts';

interface Stage {
  readonly loop: Loop;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly control: ControlPlane;
  readonly hosts: readonly HostMachine[];
}

/** Begins some harm and gives back how it ends. */
type Harm = (stage: Stage) => () => void;

const machineOf = ({ chance, hosts }: Stage): HostMachine => chance.pick(hosts);

/** By name: everything that may go wrong. */
const HARMS: Readonly<Record<string, Harm>> = {
  'kill a service': ({ control, chance }) => control.kill(control.pick(chance)),
  'freeze a service': ({ control, chance }) => control.freeze(control.pick(chance)),
  'stop the control plane': ({ control }) => control.killAll(),
  'take the log away': ({ control }) => {
    control.server.isAway = true;
    return () => {
      control.server.isAway = false;
    };
  },
  'lose answers of the log': ({ control }) => {
    control.server.lostReplies = 0.2;
    return () => {
      control.server.lostReplies = 0;
    };
  },
  'lose mail': ({ control: { office } }) => {
    Object.assign(office, { loss: 0.3, duplication: 0.2, slowness: 400 });
    return () => void Object.assign(office, { loss: 0, duplication: 0, slowness: 10 });
  },
  'lose news': ({ control: { broker } }) => {
    Object.assign(broker, { loss: 0.3, duplication: 0.2, slowness: 400 });
    return () => void Object.assign(broker, { loss: 0, duplication: 0, slowness: 10 });
  },
  'cut a host off': (stage) => {
    const { office } = stage.control;
    const { host } = machineOf(stage);
    const way = stage.chance.pick(['both', 'deaf', 'mute'] as const);
    if (way !== 'mute') office.deaf.add(host);
    if (way !== 'deaf') office.mute.add(host);
    return () => {
      office.deaf.delete(host);
      office.mute.delete(host);
    };
  },
  'kill an agent': (stage) => {
    const machine = machineOf(stage);
    machine.killAgent();
    return () => {
      if (machine.agent === null) machine.startAgent([]);
    };
  },
  'freeze an agent': (stage) => {
    const { agent } = machineOf(stage);
    agent?.pause();
    return () => agent?.resume();
  },
  'crash a host': (stage) => {
    const machine = machineOf(stage);
    machine.crash();
    return () => {
      if (machine.agent === null) machine.startAgent([]);
    };
  },
  'take an engine away': (stage) => {
    const { engine } = machineOf(stage);
    engine.isAway = true;
    return () => {
      engine.isAway = false;
      engine.changed();
    };
  },
  'spoil calls of an engine': (stage) => {
    const { engine } = machineOf(stage);
    Object.assign(engine, { failures: 0.15, lostReplies: 0.15, slowness: 800 });
    return () => void Object.assign(engine, { failures: 0, lostReplies: 0, slowness: 20 });
  },
  'refuse drafts': (stage) => {
    const machine = machineOf(stage);
    machine.refuses = 0.5;
    return () => {
      machine.refuses = 0;
    };
  },
  'end a container': (stage) => {
    const { engine } = machineOf(stage);
    const running = [...engine.containers.values()].filter(({ state }) => state === 'running');
    if (running.length > 0) engine.end(stage.chance.pick(running), 137);
    return () => undefined;
  },
  'set the clock of a host': (stage) => {
    machineOf(stage).time.jumped += stage.chance.between(-600_000, 600_000);
    return () => undefined;
  },
};

/** Harms now and then, by the kinds that this seed drew, until it is told to heal everything. */
export class Nemesis {
  readonly #stage: Stage;
  readonly #kinds: readonly string[];
  readonly #open = new Map<number, () => void>();
  #count = 0;
  #isOver = false;
  #calmSince = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    const { chance } = stage;
    const share = chance.pick([0, 0.15, 0.3, 0.6]);
    this.#kinds = Object.keys(HARMS).filter(() => chance.happens(share));
    if (this.#kinds.length > 0) this.#again();
  }

  get kinds(): readonly string[] {
    return this.#kinds;
  }

  /** The virtual time since which nobody harmed anything; infinite while somebody does. */
  get calmSince(): number {
    return this.#open.size > 0 ? Number.POSITIVE_INFINITY : this.#calmSince;
  }

  heal(): void {
    this.#isOver = true;
    for (const id of [...this.#open.keys()]) this.#end(id);
  }

  #again(): void {
    const { loop, chance } = this.#stage;
    loop.after(chance.between(500, 15_000), () => {
      if (this.#isOver) return;
      this.#harm(chance.pick(this.#kinds));
      this.#again();
    });
  }

  #harm(kind: string): void {
    const { loop, chance, trace } = this.#stage;
    const id = ++this.#count;
    trace.say('nemesis', kind);
    trace.sometimes(`harm: ${kind}`);
    const end = HARMS[kind]?.(this.#stage) ?? (() => undefined);
    this.#open.set(id, () => {
      trace.say('nemesis', `${kind}: over`);
      end();
    });
    loop.after(chance.between(200, 20_000), () => this.#end(id));
  }

  #end(id: number): void {
    this.#open.get(id)?.();
    this.#open.delete(id);
    this.#calmSince = this.#stage.loop.now;
  }
}
