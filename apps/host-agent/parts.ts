import type { ContainerId, NamesPart, ReportedPart, StackName } from '#libs/contracts';
import type { Callers } from './callers.ts';
import type { CallerTable, HostProxy, HostResolver, NamesLevel, ProxyLevel } from './ports.ts';
import type { DesiredState } from './state/desired-state.ts';

interface Doors {
  readonly levels: readonly ProxyLevel[];
  /** Read after the levels. */
  readonly busy: Readonly<Record<StackName, readonly ContainerId[]>>;
}

/** Keeps the host's proxy at the doors it should have. A host without a proxy has none. */
export class DoorsKeeper {
  readonly #proxy: HostProxy | null;
  readonly #state: DesiredState;
  #doors: Doors = { levels: [], busy: {} };

  constructor(proxy: HostProxy | null, state: DesiredState) {
    this.#proxy = proxy;
    this.#state = state;
  }

  get doors(): Doors {
    return this.#doors;
  }

  async pass(): Promise<void> {
    if (!this.#proxy) return;
    await this.#proxy.ensureRunning();
    const levels = await this.#proxy.apply(this.#state.doors);
    this.#doors = { levels, busy: await this.#proxy.busy() };
  }
}

/** Keeps the host's resolver at the names it should answer, and at the callers it should know. */
export class NamesKeeper {
  readonly #resolver: HostResolver;
  readonly #names: () => readonly NamesPart[];
  #levels: readonly NamesLevel[] = [];

  constructor(resolver: HostResolver, names: () => readonly NamesPart[]) {
    this.#resolver = resolver;
    this.#names = names;
  }

  get levels(): readonly NamesLevel[] {
    return this.#levels;
  }

  async pass(callers: Callers, table: CallerTable): Promise<void> {
    await this.#resolver.ensureRunning();
    // It may be another process than the one that was told last.
    callers.forget();
    await callers.register(table);
    this.#levels = await this.#resolver.apply(this.#names());
  }
}

/** One part for each stack that the host prepared, serves or answers for; ordered by stack. */
export const reportedParts = ({ levels, busy }: Doors, names: readonly NamesLevel[]): readonly ReportedPart[] => {
  const doorsOf = new Map(levels.map((level) => [level.stack, level]));
  const namesOf = new Map(names.map(({ stack, generation }) => [stack, generation]));
  const stacks = new Set([...doorsOf.keys(), ...namesOf.keys(), ...(Object.keys(busy) as StackName[])]);
  return [...stacks].sort().map((stack) => ({
    stack,
    drafts: doorsOf.get(stack)?.drafts ?? [],
    doors: doorsOf.get(stack)?.doors ?? null,
    names: namesOf.get(stack) ?? null,
    busy: busy[stack] ?? [],
  }));
};
