import { createHash } from 'node:crypto';

/** Numbers that look like chance and follow from a seed and the name of what they are for: leaving one use out shifts no other. (sfc32) */
export class Chance {
  readonly #state: Uint32Array;

  constructor(seed: number, concern: string) {
    const digest = createHash('sha256').update(`${seed}/${concern}`).digest();
    this.#state = new Uint32Array(digest.buffer.slice(digest.byteOffset, digest.byteOffset + 16));
  }

  /** From 0 up to and without 1. */
  next(): number {
    const s = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = s;
    const t = (a + b + d) >>> 0;
    s[3] = d + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + t;
    return t / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** Throws where there is nothing to pick. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.between(0, list.length - 1)];
    if (picked === undefined) throw new Error('pick: the list is empty');
    return picked;
  }
}
