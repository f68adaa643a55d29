interface Entry {
  readonly time: number;
  readonly sequence: number;
  call: (() => void) | null;
}

export interface Scheduled {
  cancel(): void;
}

/** The one loop of a simulated world: what shall happen, ordered by (time, sequence). Time is virtual milliseconds from 0. */
export class Loop {
  readonly #heap: Entry[] = [];
  #now = 0;
  #sequence = 0;

  get now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): Scheduled {
    const entry: Entry = { time: this.#now + Math.max(0, ms), sequence: this.#sequence++, call };
    this.#push(entry);
    return {
      cancel: () => {
        entry.call = null;
      },
    };
  }

  /** Runs until this time, or until `isOver` says so after a step. Between two entries everything ends that needs no time. */
  async runUntil(time: number, isOver: () => boolean = () => false): Promise<void> {
    for (let entry = this.#heap[0]; entry && entry.time <= time; entry = this.#heap[0]) {
      this.#pop();
      if (entry.call === null) continue;
      this.#now = entry.time;
      entry.call();
      await settled();
      if (isOver()) return;
    }
    this.#now = time;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry) ? right : left;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);

/** Everything ended that waits for no entry. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
