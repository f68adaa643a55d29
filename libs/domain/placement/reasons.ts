import type { Considered } from '#libs/contracts';
import { LACKS_IMAGE } from './considered.ts';
import type { Choice } from './field.ts';
import { type Candidate, type Count, countsOf } from './rank.ts';
import type { OpenSlot, Wish } from './slots.ts';
import { spreadKey } from './spread.ts';
import { imageText } from './words.ts';

interface Worded {
  readonly fitting: number;
  /** Of the count that comes first, and of the one that decided. */
  readonly first: number;
  readonly told: number;
  readonly words: string;
}

const NOBODY_ELSE = 5;

/** Why one host and not another, in words: the rule that comes first, and the one that told the chosen host from the next. */
export class Reasons {
  readonly #wish: Wish;
  readonly #counts: readonly Count[];
  readonly #tags: string;
  readonly #hosts: number;
  readonly #first: Count;
  readonly #isSpread: boolean;
  /** Of a thousand containers most have the same reason: it is worded once. The newest, by the count that decided. */
  readonly #worded: Worded[] = [];

  /** `hosts`: how many there are to choose from. */
  constructor(wish: Wish, { hosts, excluded }: Pick<Considered, 'hosts' | 'excluded'>) {
    const { tags } = wish.service;
    this.#wish = wish;
    this.#counts = countsOf(wish.service);
    const isRare = wish.image !== null && excluded.some(({ reason }) => reason.startsWith(LACKS_IMAGE));
    const image = isRare && wish.image ? `; image ${imageText(wish.image)} is not on every host` : '';
    this.#tags = `${tags.length > 0 ? `tags ${tags.join(', ')}` : 'no tags asked for'}${image}`;
    this.#hosts = hosts;
    this.#first = this.#counts[0] as Count;
    this.#isSpread = spreadKey(wish) !== null;
  }

  /** `fitting`: hosts that fitted, the chosen one among them. */
  of(choice: Choice, { to, pinned }: OpenSlot, fitting: number): string {
    if (to !== null)
      return `${this.#tags}; ${this.#wish.service.strategy === 'EVERY_NODE' ? 'every host that fits has one' : 'this host was asked for'}`;
    if (pinned !== null) return `${this.#tags}; the volumes of the slot are here`;
    if (!this.#isPlain(choice)) return this.#wordsOf(choice, fitting);
    const { chosen, next } = choice;
    const deciding = next === null ? NOBODY_ELSE : this.#decidingOf(chosen, next);
    const [first, told] = [chosen[this.#first], chosen[this.#counts[deciding] ?? this.#first]];
    const known = this.#worded[deciding];
    if (known?.fitting === fitting && known.first === first && known.told === told) return known.words;
    const words = this.#wordsOf(choice, fitting);
    this.#worded[deciding] = { fitting, first, told, words };
    return words;
  }

  /** Of the counts; the number of them where all are equal. */
  #decidingOf(chosen: Candidate, next: Candidate): number {
    let nth = 0;
    while (nth < this.#counts.length && chosen[this.#counts[nth] as Count] === next[this.#counts[nth] as Count]) nth++;
    return nth;
  }

  #isPlain({ chosen, next }: Choice): boolean {
    return !this.#isSpread && !chosen.isFailing && !next?.isFailing;
  }

  #wordsOf(choice: Choice, fitting: number): string {
    const fits = `${this.#tags}; ${fitting} of ${this.#hosts} ${this.#hosts === 1 ? 'host fits' : 'hosts fit'}`;
    return [fits, ...this.#rulesOf(choice)].join('; ');
  }

  #rulesOf(choice: Choice): readonly string[] {
    const { chosen, next } = choice;
    if (next === null) return [];
    const failed = `${this.#wish.name} failed again and again on ${chosen.isFailing ? 'each of them' : 'the others'}`;
    if (chosen.isFailing !== next.isFailing) return [failed];
    const rules = [
      ...(this.#isSpread ? [this.#spreadRule(choice)] : []),
      ...this.#counts.map((key) => ({ says: this.#countRule(key, chosen), isEqual: chosen[key] === next[key] })),
    ];
    const deciding = rules.findIndex(({ isEqual }) => !isEqual);
    const then = deciding === 0 ? [] : [`then ${rules[deciding]?.says ?? 'first by id'}`];
    return [...(chosen.isFailing ? [failed] : []), rules[0]?.says ?? '', ...then];
  }

  #spreadRule({ chosen: { value }, lane, nextLane }: Choice) {
    const { name, version } = this.#wish;
    const where = value === '' ? `hosts without ${spreadKey(this.#wish)}` : `${spreadKey(this.#wish)} ${value}`;
    return { says: `fewest containers of ${name} v${version} in ${where} (${lane.count})`, isEqual: lane.count === nextLane?.count };
  }

  #countRule(key: Count, chosen: Candidate): string {
    const { name, version, stack } = this.#wish;
    const of = { version: ` of ${name} v${version}`, service: ` of ${name}`, stack: ` of ${stack}`, all: '' }[key];
    return `fewest containers${of} (${chosen[key]})`;
  }
}
