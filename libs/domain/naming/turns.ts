const MOST = 10_000;

/**
 * Whose turn it is, by key. Only answers that carry addresses take a turn: were it moved by AAAA too, every A of a pair of
 * questions would meet the same container.
 */
export class Turns {
  readonly #turns = new Map<string, number>();

  take(key: string): number {
    const turn = this.#turns.get(key) ?? 0;
    if (turn === 0 && this.#turns.size >= MOST) this.#turns.clear();
    this.#turns.set(key, (turn + 1) >>> 0);
    return turn;
  }
}
