import { Sockets } from '../../../apps/host-agent/ports.ts';
import type { Process } from '../world/process.ts';
import type { HostMachine, Surroundings } from './host-machine.ts';

export class SimulatedSockets extends Sockets {
  readonly #process: Process;
  readonly #machine: HostMachine;
  readonly #around: Surroundings;

  constructor(process: Process, machine: HostMachine, around: Surroundings) {
    super();
    this.#process = process;
    this.#machine = machine;
    this.#around = around;
  }

  override refusalOf(address: string): Promise<string | null> {
    return this.#process.ask(1, 1, () => (this.#around.isReadyAt(address) ? null : 'ECONNREFUSED'));
  }

  override peersOf(pid: number): Promise<readonly string[] | null> {
    return this.#process.ask(1, 1, () => {
      const container = [...this.#machine.engine.containers.values()].find((each) => each.number === pid && each.state === 'running');
      return container ? (this.#machine.connections.get(container.address) ?? []) : null;
    });
  }
}
