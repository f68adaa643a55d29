import { compareGenerations, type Generation, type StackName } from '#libs/contracts';

/** Parts of one kind as a host holds them: one per stack, ordered by stack. */
export interface Held<Part> {
  readonly asOf: Generation;
  readonly parts: readonly Part[];
}

interface News<Part> {
  readonly asOf: Generation;
  readonly full: boolean;
  readonly parts: readonly Part[];
}

export const emptyHeld: Held<never> = { asOf: { incarnation: 0, position: 0 }, parts: [] };

/** What is held after the news; news of an older log than the one that spoke before change nothing. */
export const takeNews = <Part extends { readonly stack: StackName }>(held: Held<Part>, news: News<Part>): Held<Part> => {
  if (compareGenerations(news.asOf, held.asOf) < 0) return held;
  const named = new Set(news.parts.map((part) => part.stack));
  const kept = news.full ? [] : held.parts.filter((part) => !named.has(part.stack));
  return { asOf: news.asOf, parts: [...kept, ...news.parts].sort((a, b) => (a.stack < b.stack ? -1 : 1)) };
};
