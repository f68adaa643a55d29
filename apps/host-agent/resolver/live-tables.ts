import { compareGenerations, type Generation, type NamesPart } from '#libs/contracts';
import { type Caller, emptyTables, type Network, type Tables, withCallers, withoutStack, withPart } from '#libs/domain/naming';
import { hashOf } from './hash.ts';

/** What the resolver answers by now. Each change puts whole tables in place of whole tables: no query sees a mixture. */
export class LiveTables {
  #tables: Tables;
  #callersHash: string;
  readonly #onCallers = new Set<() => void>();

  constructor(zone: string, pool: Network) {
    this.#tables = emptyTables(zone, pool);
    this.#callersHash = hashOf({});
  }

  get tables(): Tables {
    return this.#tables;
  }

  get callersHash(): string {
    return this.#callersHash;
  }

  get generations(): Readonly<Record<string, Generation>> {
    return Object.fromEntries([...this.#tables.stacks.values()].map(({ stack, generation }) => [stack, generation]));
  }

  /** False when what serves is newer. */
  take(part: NamesPart): boolean {
    const serving = this.#tables.stacks.get(part.stack);
    if (serving && compareGenerations(part.generation, serving.generation) < 0) return false;
    this.#tables = withPart(this.#tables, part);
    return true;
  }

  forget(stack: string): void {
    this.#tables = withoutStack(this.#tables, stack);
  }

  register(callers: Readonly<Record<string, Caller>>): void {
    this.#tables = withCallers(this.#tables, callers);
    this.#callersHash = hashOf(callers);
    for (const call of [...this.#onCallers]) call();
  }

  /** Called after each registration. Returns how to stop. */
  onCallers(call: () => void): () => void {
    this.#onCallers.add(call);
    return () => this.#onCallers.delete(call);
  }
}
