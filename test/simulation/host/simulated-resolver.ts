import type { NamesPart, StackName } from '#libs/contracts';
import { type CallerTable, HostResolver, type NamesLevel } from '../../../apps/host-agent/ports.ts';
import type { Process } from '../world/process.ts';
import type { HostMachine, Surroundings } from './host-machine.ts';

/** The resolver of a host as its agent reaches it. Stacks that are not named stay as they are. */
export class SimulatedResolver extends HostResolver {
  readonly #process: Process;
  readonly #machine: HostMachine;
  readonly #around: Surroundings;

  constructor(process: Process, machine: HostMachine, around: Surroundings) {
    super();
    this.#process = process;
    this.#machine = machine;
    this.#around = around;
  }

  override ensureRunning(): Promise<void> {
    return this.#process.ask(1, 1, () => undefined);
  }

  override registerCallers(callers: CallerTable): Promise<void> {
    return this.#process.ask(1, 1, () => this.#machine.answering.register(callers));
  }

  override apply(parts: readonly NamesPart[]): Promise<readonly NamesLevel[]> {
    const { answering, names } = this.#machine;
    return this.#process.ask(this.#around.chance.between(1, 10), 1, () => {
      for (const part of parts) {
        const { generation } = part;
        const serving = names.get(part.stack)?.generation;
        if (serving?.incarnation === generation.incarnation && serving.position === generation.position) continue;
        if (answering.take(part)) names.set(part.stack, part);
      }
      return Object.entries(answering.generations).map(([stack, generation]) => ({ stack: stack as StackName, generation }));
    });
  }
}
