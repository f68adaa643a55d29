import type { BerthEvent } from '#libs/contracts';

/** Of so many positions it is known which event stood there. */
const KEPT = 1000;

/** Which event was folded at each of the newest positions: a log that lost its tail may have others there before anybody sees it shorter. */
export class Heard {
  readonly #ids = new Map<number, string>();

  note({ position, id }: BerthEvent): void {
    this.#ids.set(position, id);
    this.#ids.delete(position - KEPT);
  }

  knows(position: number): boolean {
    return this.#ids.has(position);
  }

  /** Another event stood at its position. */
  contradicts({ position, id }: BerthEvent): boolean {
    const known = this.#ids.get(position);
    return known !== undefined && known !== id;
  }

  forget(): void {
    this.#ids.clear();
  }
}
