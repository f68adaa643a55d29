import type { ControlPlane } from '../control/control-plane.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Trace } from '../world/trace.ts';

export interface HarmStage {
  readonly loop: Loop;
  /** Of this fault alone. */
  readonly chance: Chance;
  readonly trace: Trace;
  readonly control: ControlPlane;
  /** One of the hosts that this world was drawn with; null where it was left out. */
  readonly machine: () => HostMachine | null;
  readonly machines: ReadonlyMap<number, HostMachine>;
}

/** Begins some harm and gives back how it ends. */
export type Harm = (stage: HarmStage) => () => void;

export const nothing = (): void => undefined;

/** A harm of one host. */
export const onHost =
  (harm: (machine: HostMachine, stage: HarmStage) => () => void): Harm =>
  (stage) => {
    const machine = stage.machine();
    return machine ? harm(machine, stage) : nothing;
  };

/** Sets some of the fields for as long as the harm lasts. */
export const setting = <T extends object>(target: T, values: Partial<T>, healthy: Partial<T>): (() => void) => {
  Object.assign(target, values);
  return () => void Object.assign(target, healthy);
};
