import type { Clock } from '#libs/clock';
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

interface NamesOptions {
  readonly resolver: HostResolver;
  readonly clock: Clock;
  readonly names: () => readonly NamesPart[];
}

/** Keeps the host's resolver at the names it should answer, and at the callers it should know. */
export class NamesKeeper {
  readonly #options: NamesOptions;
  #levels: readonly NamesLevel[] = [];
  #changedAt = 0;

  constructor(options: NamesOptions) {
    this.#options = options;
  }

  get levels(): readonly NamesLevel[] {
    return this.#levels;
  }

  /** For how many milliseconds they were answered as they are now. */
  get standFor(): number {
    return this.#options.clock.monotonic() - this.#changedAt;
  }

  async pass(callers: Callers, table: CallerTable): Promise<void> {
    const { resolver, names, clock } = this.#options;
    await resolver.ensureRunning();
    // It may be another process than the one that was told last.
    callers.forget();
    await callers.register(table);
    const levels = await resolver.apply(names());
    if (JSON.stringify(levels) !== JSON.stringify(this.#levels)) this.#changedAt = clock.monotonic();
    this.#levels = levels;
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
