import type { Generation, StackName } from '#libs/contracts';
import { type Caller, emptyTables, namesPart, type Tables, withPart } from '#libs/domain/naming';
import { type ContainerState, type StackState, stackOf, type World } from '#libs/domain/stack';

/** The tables of every stack and every container of the fleet, as far as the log was read. */
export class CentralTables {
  /** By address, of all stacks. It changes in place: of millions of containers no copy is made for each that starts. */
  readonly #callers = new Map<string, Caller>();
  /** As they were taken last. */
  readonly #states = new Map<StackName, StackState>();
  #tables: Tables;

  constructor(zone: string) {
    this.#tables = { ...emptyTables(zone, null), callers: this.#callers };
  }

  get tables(): Tables {
    return this.#tables;
  }

  take(world: World, stacks: readonly StackName[]): void {
    for (const stack of stacks) {
      const [before, state] = [this.#states.get(stack), stackOf(world, stack)];
      this.#states.set(stack, state);
      if (before?.containers !== state.containers) this.#takeCallers(before, state);
      const part = isOne(before?.names, state.names) ? null : namesPart(state);
      if (part) this.#tables = withPart(this.#tables, part);
    }
  }

  #takeCallers(before: StackState | undefined, state: StackState): void {
    const [was, is] = [before?.containers.values() ?? [], state.containers.values()];
    for (const [nth, { address, container }] of was.entries())
      if (was[nth] !== is[nth] && address !== null && this.#callers.get(address)?.container === container) this.#callers.delete(address);
    for (const [nth, known] of is.entries())
      if (known !== was[nth] && known.address !== null && !known.isGone) this.#callers.set(known.address, callerOf(state, known));
  }
}

const callerOf = ({ stack }: StackState, { service, container, version, host }: ContainerState): Caller => ({
  stack,
  service,
  container,
  version,
  host,
});

const isOne = (a: Generation | undefined, b: Generation): boolean => a?.incarnation === b.incarnation && a.position === b.position;
