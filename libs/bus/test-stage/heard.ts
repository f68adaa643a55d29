/** What a handler under test was given; a claim can wait for it. */
export class Heard<T> {
  readonly all: T[] = [];
  #waiting: { readonly isEnough: (all: readonly T[]) => boolean; readonly resolve: () => void }[] = [];

  add(item: T): void {
    this.all.push(item);
    this.#waiting = this.#waiting.filter(({ isEnough, resolve }) => !isEnough(this.all) || resolve());
  }

  until(isEnough: (all: readonly T[]) => boolean): Promise<void> {
    if (isEnough(this.all)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isEnough, resolve }));
  }
}
