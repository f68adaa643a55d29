import { containerIdOf, type Placement } from '#libs/contracts';
import { hostsCounted } from './considered.ts';
import { type Choice, type Field, spreadKey } from './field.ts';
import type { Ground } from './fit.ts';
import { type Candidate, countsOf } from './rank.ts';
import type { OpenSlot, Wish } from './slots.ts';

/** Gives a slot of the service a host; null when none will do. */
export const choosePlacement = (ground: Ground, field: Field, wish: Wish, open: OpenSlot): Placement | null => {
  const { to, pinned, slot, replacement, replaces } = open;
  if (to !== null && pinned !== null && to !== pinned) return null;
  const choice = field.take(to ?? pinned);
  if (!choice) return null;
  const reason = reasonOf(choice, wish, open, hostsCounted(ground.world));
  const { stack, deployment, name: service } = wish;
  const container = containerIdOf({ stack, service, slot, deployment, replacement });
  const placement = { container, slot, host: choice.chosen.host, reason };
  return replaces === null ? placement : { ...placement, replaces };
};

/** Names the rule that comes first, and the one that told the chosen host from the next. */
const reasonOf = (choice: Choice, wish: Wish, { to, pinned }: OpenSlot, hosts: number): string => {
  const { tags, strategy } = wish.service;
  const asked = tags.length > 0 ? `tags ${tags.join(', ')}` : 'no tags asked for';
  if (to !== null) return `${asked}; ${strategy === 'EVERY_NODE' ? 'every host that fits has one' : 'this host was asked for'}`;
  if (pinned !== null) return `${asked}; the volumes of the slot are here`;
  const fits = `${asked}; ${choice.fitting} of ${hosts} ${hosts === 1 ? 'host fits' : 'hosts fit'}`;
  return [fits, ...rulesOf(choice, wish)].join('; ');
};

const rulesOf = ({ chosen, next, spread }: Choice, wish: Wish): readonly string[] => {
  if (next === null) return [];
  const failing = `${wish.name} failed again and again on ${next.isFailing && !chosen.isFailing ? 'the others' : 'each of them'}`;
  const words = chosen.isFailing || next.isFailing ? [failing] : [];
  if (chosen.isFailing !== next.isFailing) return words;
  const rules: readonly Rule[] = [
    ...(spread ? [spreadRule(spread, chosen, wish)] : []),
    ...countsOf(wish.service).map((key) => countRule(key, chosen, next, wish)),
  ];
  const deciding = rules.findIndex(({ isEqual }) => !isEqual);
  const first = rules[0]?.says ?? '';
  if (deciding === 0) return [...words, first];
  return [...words, first, `then ${rules[deciding]?.says ?? 'first by id'}`];
};

interface Rule {
  readonly says: string;
  /** It did not tell the two apart. */
  readonly isEqual: boolean;
}

const spreadRule = (spread: { readonly chosen: number; readonly next: number }, { value }: Candidate, wish: Wish): Rule => {
  const where = value === '' ? `hosts without ${spreadKey(wish)}` : `${spreadKey(wish)} ${value}`;
  return {
    says: `fewest containers of ${wish.name} v${wish.version} in ${where} (${spread.chosen})`,
    isEqual: spread.chosen === spread.next,
  };
};

const countRule = (key: keyof typeof OF, chosen: Candidate, next: Candidate, wish: Wish): Rule => ({
  says: `fewest containers${OF[key](wish)} (${chosen[key]})`,
  isEqual: chosen[key] === next[key],
});

const OF = {
  version: ({ name, version }: Wish) => ` of ${name} v${version}`,
  service: ({ name }: Wish) => ` of ${name}`,
  stack: ({ stack }: Wish) => ` of ${stack}`,
  all: () => '',
} as const;
