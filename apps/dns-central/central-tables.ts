import type { StackName } from '#libs/contracts';
import { type Caller, emptyTables, namesPart, type Tables, withCallers, withPart } from '#libs/domain/naming';
import { stackOf, type World } from '#libs/domain/stack';

/** The tables of every stack and every container of the fleet, as far as the log was read. */
export class CentralTables {
  #tables: Tables;

  constructor(zone: string) {
    this.#tables = emptyTables(zone, null);
  }

  get tables(): Tables {
    return this.#tables;
  }

  take(world: World, stacks: readonly StackName[]): void {
    let tables = this.#tables;
    for (const stack of stacks) {
      const part = namesPart(stackOf(world, stack));
      if (part) tables = withPart(tables, part);
    }
    this.#tables = withCallers(tables, callersOf(world));
  }
}

/** By address: whoever was started and is not gone. */
const callersOf = (world: World): Record<string, Caller> =>
  Object.fromEntries(
    world.stacks
      .values()
      .flatMap(({ stack, containers }) =>
        containers
          .values()
          .flatMap(({ container, service, version, host, address, isGone }) =>
            address === null || isGone ? [] : [[address, { stack, service, container, version, host }] as const],
          ),
      ),
  );
