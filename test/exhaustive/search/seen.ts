import { hash } from 'node:crypto';

/** Words of 32 bits that stand for one key. */
const WORDS = 4;
const FIRST_SLOTS = 1 << 12;

/**
 * Keys that were met, each by 128 bits alone and in one flat table, so that millions of them cost no more than 32 to 64 bytes each. That two
 * keys share them, and a state is passed over for it: with n keys a chance of n² / 2¹²⁹, 10⁻²⁵ for ten million.
 */
export class Seen {
  #table = new Int32Array(FIRST_SLOTS * WORDS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False where it was there already. */
  add(key: string): boolean {
    if (this.#size * 2 >= this.#table.length / WORDS) this.#grow();
    const isNew = put(this.#table, wordsOf(key));
    if (isNew) this.#size++;
    return isNew;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += WORDS) {
      const words = before.subarray(at, at + WORDS);
      if (!isEmpty(words, 0)) put(this.#table, words);
    }
  }
}

/** An empty slot is all zeros, so no key may be. */
const wordsOf = (key: string): Int32Array => {
  const digest = hash('md5', key, 'buffer');
  const words = new Int32Array(WORDS);
  for (let nth = 0; nth < WORDS; nth++) words[nth] = digest.readInt32LE(nth * 4);
  return isEmpty(words, 0) ? words.fill(1) : words;
};

/** From the slot that its first word names on, the first that is empty or holds it. */
const put = (table: Int32Array, words: Int32Array): boolean => {
  const last = table.length / WORDS - 1;
  for (let slot = (words[0] as number) & last; ; slot = (slot + 1) & last) {
    const at = slot * WORDS;
    if (isEmpty(table, at)) {
      table.set(words, at);
      return true;
    }
    if (holds(table, at, words)) return false;
  }
};

const isEmpty = (table: Int32Array, at: number): boolean =>
  table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;

const holds = (table: Int32Array, at: number, words: Int32Array): boolean =>
  table[at] === words[0] && table[at + 1] === words[1] && table[at + 2] === words[2] && table[at + 3] === words[3];
