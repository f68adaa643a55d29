import type { CallerTable, HostResolver } from './ports.ts';

/** Keeps the resolver's table of callers: a container is in it before it runs. */
export class Callers {
  readonly #resolver: HostResolver;
  #registered = '';
  #queue: Promise<unknown> = Promise.resolve();

  constructor(resolver: HostResolver) {
    this.#resolver = resolver;
  }

  /** Returns when the resolver knows them all; tells it only what it was not told. */
  register(callers: CallerTable): Promise<void> {
    return this.#inTurn(async () => {
      const text = JSON.stringify(Object.entries(callers).sort(([a], [b]) => (a < b ? -1 : 1)));
      if (text === this.#registered) return;
      await this.#resolver.registerCallers(callers);
      this.#registered = text;
    });
  }

  /** Tells it again at the next call: it may be another process by now. */
  forget(): void {
    this.#registered = '';
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
