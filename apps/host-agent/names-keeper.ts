import type { Clock } from '#libs/clock';
import type { CallerTable, HostResolver, NamesLevel } from './ports.ts';
import type { DesiredState } from './state/desired-state.ts';

interface Options {
  readonly resolver: HostResolver;
  readonly state: Pick<DesiredState, 'names'>;
  readonly clock: Clock;
}

/** Keeps the host's resolver at the names it should answer, and at the callers it should know: a container is one before it runs. */
export class NamesKeeper {
  readonly #options: Options;
  #levels: readonly NamesLevel[] = [];
  #changedAt = 0;
  #registered = '';
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  get levels(): readonly NamesLevel[] {
    return this.#levels;
  }

  /** For how many milliseconds names were answered as they are now. */
  get standFor(): number {
    return this.#options.clock.monotonic() - this.#changedAt;
  }

  /** Returns when the resolver knows them all; tells it only what it was not told. */
  register(callers: CallerTable): Promise<void> {
    return this.#inTurn(async () => {
      if (textOf(callers) === this.#registered) return;
      await this.#options.resolver.ensureRunning();
      await this.#tell(callers);
    });
  }

  /** Tells the callers again, too, once they are known: it may be another process than the one that was told last. */
  pass(callers: CallerTable | null): Promise<void> {
    return this.#inTurn(async () => {
      const { resolver, state, clock } = this.#options;
      await resolver.ensureRunning();
      if (callers) await this.#tell(callers);
      const levels = await resolver.apply(state.names);
      if (JSON.stringify(levels) !== JSON.stringify(this.#levels)) this.#changedAt = clock.monotonic();
      this.#levels = levels;
    });
  }

  async #tell(callers: CallerTable): Promise<void> {
    this.#registered = '';
    await this.#options.resolver.registerCallers(callers);
    this.#registered = textOf(callers);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const textOf = (callers: CallerTable): string => JSON.stringify(Object.entries(callers).sort(([a], [b]) => (a < b ? -1 : 1)));
