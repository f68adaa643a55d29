import type { HostId } from '#libs/contracts';
import type { Stand } from '../stack/index.ts';
import { Heap } from './heap.ts';
import type { Candidate } from './rank.ts';

interface Cursor {
  readonly of: Iterator<Stand>;
  head: Stand;
}

interface Rules {
  readonly order: (one: Candidate, other: Candidate) => number;
  /** Null where the host does not fit, or is weighed elsewhere. */
  readonly weigh: (stand: Stand, value: string) => Candidate | null;
  /** It has containers of the stack, got one just now, or fails: the order on the shelves is not its order. */
  readonly isNear: (host: HostId) => boolean;
}

/**
 * Hosts with one value of the tag that is spread over, or all of them, as they would be taken. Those that nothing is known of are taken
 * from the shelves, which have them in order; the others are put in order here. One of these that was not met yet stands behind all that
 * were, so whatever is first here is first of all.
 */
export class Lane {
  /** Of the service in its version. */
  count: number;
  readonly value: string;
  readonly #rules: Rules;
  readonly #cursors: Cursor[] = [];
  readonly #ahead: Candidate[] = [];
  readonly #near: Heap<Candidate>;

  constructor(value: string, count: number, rules: Rules) {
    this.value = value;
    this.count = count;
    this.#rules = rules;
    this.#near = new Heap(rules.order);
  }

  /** Hosts in the order of a shelf. */
  follow(of: Iterator<Stand>): void {
    const { value, done } = of.next();
    if (!done) this.#cursors.push({ of, head: value });
  }

  add(candidate: Candidate): void {
    this.#near.push(candidate);
  }

  /** Says whether it was among those that were met. */
  drop(host: HostId): boolean {
    const at = this.#ahead.findIndex((known) => known.host === host);
    if (at >= 0) this.#ahead.splice(at, 1);
    return this.#near.remove((known) => known.host === host) || at >= 0;
  }

  get first(): Candidate | undefined {
    return this.#isNearFirst() ? this.#near.top : this.#ahead[0];
  }

  take(): Candidate | undefined {
    return this.#isNearFirst() ? this.#near.pop() : this.#ahead.shift();
  }

  /** The first so many, and maybe more, in no order. */
  some(count: number): readonly Candidate[] {
    this.#look(count);
    const least = new Heap(this.#rules.order);
    for (const candidate of this.#near.items) least.push(candidate);
    return [...this.#ahead.slice(0, count), ...Array.from({ length: Math.min(count, least.items.length) }, () => least.pop() as Candidate)];
  }

  #isNearFirst(): boolean {
    this.#look(1);
    const [fresh, near] = [this.#ahead[0], this.#near.top];
    return near !== undefined && (fresh === undefined || this.#rules.order(near, fresh) < 0);
  }

  #look(count: number): void {
    while (this.#ahead.length < count && this.#cursors.length > 0) {
      const stand = this.#next();
      const candidate = this.#rules.weigh(stand, this.value);
      if (candidate === null) continue;
      if (this.#rules.isNear(stand.host)) this.#near.push(candidate);
      else this.#ahead.push(candidate);
    }
  }

  /** The first of the shelves' first. */
  #next(): Stand {
    let at = 0;
    for (let nth = 1; nth < this.#cursors.length; nth++)
      if (isBefore((this.#cursors[nth] as Cursor).head, (this.#cursors[at] as Cursor).head)) at = nth;
    const cursor = this.#cursors[at] as Cursor;
    const { head } = cursor;
    const { value, done } = cursor.of.next();
    if (done) this.#cursors.splice(at, 1);
    else cursor.head = value;
    return head;
  }
}

const isBefore = (one: Stand, other: Stand): boolean => one.count < other.count || (one.count === other.count && one.host < other.host);
