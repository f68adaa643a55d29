import type { Wish } from './slots.ts';

/** Each host has a name of its own: to spread over it is what is done anyway. */
export const spreadKey = ({ service }: Pick<Wish, 'service'>): string | null => (service.spread === 'name' ? null : service.spread);

/** `eu` of `region:eu` and of `region=eu`; hosts without the tag have a value in common. */
export const tagValue = (tags: readonly string[], key: string): string => {
  const tag = tags.find((known) => known.startsWith(key) && (known[key.length] === ':' || known[key.length] === '='));
  return tag === undefined ? '' : tag.slice(key.length + 1);
};
