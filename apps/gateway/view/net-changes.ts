import type { Change } from './changes.ts';

/** What becomes of one row. `put` makes it or changes it, `patch` changes it where it is there. */
export type RowChange =
  | { readonly do: 'put' | 'patch'; readonly table: Change['table']; readonly key: string; readonly columns: object }
  | { readonly do: 'drop'; readonly table: Change['table']; readonly key: string };

/** Changes of distinct rows, one after the other in whatever order. */
export type Round = readonly RowChange[];

/**
 * The same end with as few changes as there are: what follows each other on one row becomes one change where that is the same. No row comes twice in a
 * round; rounds go one after the other. Pure.
 */
export const netChanges = (changes: readonly Change[]): readonly Round[] => {
  const rows = new Map<string, RowChange[]>();
  for (const change of changes.flatMap(byRow)) {
    const row = `${change.table} ${change.key}`;
    const before = rows.get(row) ?? [];
    const last = before.at(-1);
    const merged = last && merge(last, change);
    rows.set(row, merged ? [...before.slice(0, -1), merged] : [...before, change]);
  }
  const rounds: RowChange[][] = [];
  for (const row of rows.values())
    for (const [nth, change] of row.entries()) {
      const round = rounds[nth];
      if (round) round.push(change);
      else rounds.push([change]);
    }
  return rounds;
};

const byRow = (change: Change): readonly RowChange[] => {
  if (change.do !== 'patch') return [change];
  const { table, columns } = change;
  return change.keys.map((key) => ({ do: 'patch', table, key, columns }));
};

/** Null where one change can't say both. */
const merge = (first: RowChange, second: RowChange): RowChange | null => {
  if (second.do === 'drop') return second;
  // A row that is gone is not patched; one that comes back holds nothing of before.
  if (first.do === 'drop') return second.do === 'patch' ? first : null;
  // The first is for a row that is there, the second for any.
  if (first.do === 'patch' && second.do === 'put') return null;
  return { ...first, columns: { ...first.columns, ...second.columns } };
};
