interface Post<T> {
  readonly items: readonly T[];
  /** Hands one item to the channel; `confirmed` is called once the broker has it, or refused it. */
  readonly write: (item: T, confirmed: (cause: unknown) => void) => void;
}

interface Waiting<T> extends Post<T> {
  written: number;
  confirmed: number;
  /** Set by the first failure: what follows it is not written. */
  hasFailed: boolean;
  readonly settle: (cause: unknown) => void;
}

/** Writes what it is given in that order, with a bounded number of unconfirmed messages: the next one goes as soon as any was confirmed. */
export class Window<T> {
  readonly #size: number;
  #waiting: Waiting<T>[] = [];
  #unconfirmed = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves when all are confirmed; throws what the first that failed said. */
  push(post: Post<T>): Promise<void> {
    if (post.items.length === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (cause: unknown): void => (cause ? reject(cause) : resolve());
    this.#waiting.push({ ...post, written: 0, confirmed: 0, hasFailed: false, settle });
    this.#pump();
    return promise;
  }

  #pump(): void {
    for (let first = this.#waiting[0]; first && this.#unconfirmed < this.#size; first = this.#waiting[0]) {
      const item = first.items[first.written];
      if (first.hasFailed || item === undefined) this.#waiting.shift();
      else this.#write(first, item);
    }
  }

  #write(post: Waiting<T>, item: T): void {
    post.written++;
    this.#unconfirmed++;
    let isSettled = false;
    const confirmed = (cause: unknown): void => {
      if (isSettled) return;
      isSettled = true;
      this.#unconfirmed--;
      post.confirmed++;
      if (cause) {
        post.hasFailed = true;
        post.settle(cause);
      } else if (post.confirmed === post.items.length) post.settle(null);
      this.#pump();
    };
    try {
      post.write(item, confirmed);
    } catch (cause) {
      confirmed(cause);
    }
  }
}
