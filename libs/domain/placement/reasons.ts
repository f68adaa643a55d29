import { type Choice, spreadKey } from './field.ts';
import { type Candidate, type Count, countsOf } from './rank.ts';
import type { OpenSlot, Wish } from './slots.ts';

/** Why one host and not another, in words: the rule that comes first, and the one that told the chosen host from the next. */
export class Reasons {
  readonly #wish: Wish;
  readonly #counts: readonly Count[];
  readonly #tags: string;
  readonly #hosts: number;
  /** Of a thousand containers most have the same reason: it is worded once. */
  readonly #worded = new Map<string, string>();

  /** `hosts`: how many there are to choose from. */
  constructor(wish: Wish, hosts: number) {
    const { tags } = wish.service;
    this.#wish = wish;
    this.#counts = countsOf(wish.service);
    this.#tags = tags.length > 0 ? `tags ${tags.join(', ')}` : 'no tags asked for';
    this.#hosts = hosts;
  }

  /** `fitting`: hosts that fitted, the chosen one among them. */
  of(choice: Choice, { to, pinned }: OpenSlot, fitting: number): string {
    if (to !== null)
      return `${this.#tags}; ${this.#wish.service.strategy === 'EVERY_NODE' ? 'every host that fits has one' : 'this host was asked for'}`;
    if (pinned !== null) return `${this.#tags}; the volumes of the slot are here`;
    const { chosen, next } = choice;
    const deciding = next === null ? null : this.#counts.find((key) => chosen[key] !== next[key]);
    const told = `${fitting} ${deciding} ${deciding ? chosen[deciding] : ''} ${chosen[this.#first]}`;
    const key = this.#isPlain(choice)
      ? told
      : `${told} ${chosen.value} ${choice.lane.count} ${choice.nextLane?.count} ${chosen.isFailing} ${next?.isFailing}`;
    const known = this.#worded.get(key);
    if (known !== undefined) return known;
    const words = this.#wordsOf(choice, fitting);
    this.#worded.set(key, words);
    return words;
  }

  get #first(): Count {
    return this.#counts[0] as Count;
  }

  #isPlain({ chosen, next }: Choice): boolean {
    return spreadKey(this.#wish) === null && !chosen.isFailing && !next?.isFailing;
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
      ...(spreadKey(this.#wish) === null ? [] : [this.#spreadRule(choice)]),
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
