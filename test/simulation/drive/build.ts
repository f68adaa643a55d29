import { ControlPlane } from '../control/control-plane.ts';
import { SimulatedLog } from '../control/simulated-log.ts';
import { HostMachine } from '../host/host-machine.ts';
import { Operator } from '../plan/operator.ts';
import type { Plan } from '../plan/plan.ts';
import { Chance } from '../world/chance.ts';
import { SimulatedIds } from '../world/ids.ts';
import { Loop } from '../world/loop.ts';
import { Process } from '../world/process.ts';
import { Trace } from '../world/trace.ts';

export interface World {
  readonly loop: Loop;
  readonly trace: Trace;
  readonly control: ControlPlane;
  readonly hosts: readonly HostMachine[];
  readonly machines: ReadonlyMap<number, HostMachine>;
  readonly operator: Operator;
}

/** Builds the world of a plan: its services start now, its hosts join as planned. */
export const build = ({ seed, replicas, hosts: plans }: Plan, keeps: boolean): World => {
  const loop = new Loop();
  const trace = new Trace(loop, keeps);
  const chanceFor = (concern: string): Chance => new Chance(seed, concern);
  const ids = (concern: string): SimulatedIds => new SimulatedIds(chanceFor(`ids ${concern}`));
  const control = new ControlPlane({ loop, trace, chanceFor, replicas, idsFor: ids });
  const machines = new Map<number, HostMachine>();
  const hosts: HostMachine[] = [];
  const isReadyAt = (address: string): boolean =>
    hosts.some(({ engine }) => {
      const container = engine.at(address);
      return container !== undefined && engine.isReady(container);
    });
  const { office, server, seals } = control;
  for (const plan of plans) {
    const machine = new HostMachine(plan, { loop, office, trace, isReadyAt, ids, chance: chanceFor(plan.id) });
    hosts.push(machine);
    machines.set(plan.number, machine);
    if (plan.joinsAt === 0) machine.startAgent();
    else loop.after(plan.joinsAt, () => machine.agent ?? machine.startAgent());
  }
  control.start();
  const gateway = new Process('gateway', loop);
  const operator = new Operator(gateway, trace, { log: new SimulatedLog(gateway, server), seals, ids: ids('gateway') });
  return { loop, trace, control, hosts, machines, operator };
};
