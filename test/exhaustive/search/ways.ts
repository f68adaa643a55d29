import type { Move, State } from '../model/state.ts';

/** From which state each was first met, and by which of its moves: six bytes a state, from which the way is taken again. */
export class Ways {
  #parents = new Int32Array(1 << 12);
  #moves = new Uint16Array(1 << 12);
  #size = 1;

  /** The number of the state that this move of that one leads to. The first state has 0. */
  add(parent: number, move: number): number {
    if (this.#size === this.#parents.length) this.#grow();
    this.#parents[this.#size] = parent;
    this.#moves[this.#size] = move;
    return this.#size++;
  }

  pathTo(number: number, from: State, movesFrom: (state: State) => readonly Move[]): readonly Move[] {
    const turns: number[] = [];
    for (let each = number; each > 0; each = this.#parents[each] as number) turns.push(this.#moves[each] as number);
    const path: Move[] = [];
    for (const turn of turns.reverse()) path.push(movesFrom(path.at(-1)?.next ?? from)[turn] as Move);
    return path;
  }

  #grow(): void {
    const [parents, moves] = [this.#parents, this.#moves];
    this.#parents = new Int32Array(parents.length * 2);
    this.#parents.set(parents);
    this.#moves = new Uint16Array(moves.length * 2);
    this.#moves.set(moves);
  }
}
