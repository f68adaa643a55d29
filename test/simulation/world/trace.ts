import { createHash, type Hash } from 'node:crypto';
import type { Loop } from './loop.ts';

/** What happened, in order: its hash is the same for two runs that were the same. */
export class Trace {
  readonly #loop: Loop;
  readonly #hash: Hash = createHash('sha256');
  readonly #lines: string[] = [];
  readonly #marks = new Set<string>();
  #keeps: boolean;

  constructor(loop: Loop, keeps: boolean) {
    this.#loop = loop;
    this.#keeps = keeps;
  }

  /** `detail` is only for the hash. */
  say(who: string, what: string, detail = ''): void {
    const line = `${(this.#loop.now / 1000).toFixed(3).padStart(8)} s  ${who.padEnd(18)}  ${what}`;
    this.#hash.update(line).update(detail).update('\n');
    if (this.#keeps) this.#lines.push(line);
  }

  /** Notes that the world came here at least once: a campaign must reach every mark. */
  sometimes(mark: string): void {
    this.#marks.add(mark);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get marks(): ReadonlySet<string> {
    return this.#marks;
  }

  /** Ends the trace. */
  digest(): string {
    this.#keeps = false;
    return this.#hash.digest('hex');
  }
}
