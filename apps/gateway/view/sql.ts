import type { Round, RowChange } from './net-changes.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Of one statement: a thousand events may place a million containers, which no text could hold. */
const MOST_ROWS = 5000;

/** The statements that make the changes of a round: one for all of a table that change alike. Names come from our own row types, never from outside. */
export const statementsOf = (round: Round): readonly Statement[] =>
  [...Map.groupBy(round, textOf)].flatMap(([text, changes]) =>
    Array.from({ length: Math.ceil(changes.length / MOST_ROWS) }, (_, nth) => ({
      text,
      values: [rowsOf(changes.slice(nth * MOST_ROWS, (nth + 1) * MOST_ROWS))],
    })),
  );

const rowsOf = (changes: Round): unknown =>
  changes[0]?.do === 'drop' ? changes.map(({ key }) => key) : JSON.stringify(changes.map(rowOf));

const textOf = (change: RowChange): string => {
  const { table } = change;
  if (change.do === 'drop') return `DELETE FROM ${table}_view WHERE ${table} = ANY($1)`;
  const names = Object.keys(change.columns).map(columnName);
  const others = names.filter((name) => name !== table);
  const rows = `json_populate_recordset(null::${table}_view, $1) AS told`;
  if (change.do === 'patch') {
    const updates = others.map((name) => `${name} = told.${name}`);
    return `UPDATE ${table}_view AS held SET ${updates.join(', ')} FROM ${rows} WHERE held.${table} = told.${table}`;
  }
  // Columns that are not named keep what they hold.
  const updates = others.map((name) => `${name} = excluded.${name}`);
  const list = names.join(', ');
  return `INSERT INTO ${table}_view (${list}) SELECT ${list} FROM ${rows} ON CONFLICT (${table}) DO UPDATE SET ${updates.join(', ')}`;
};

/** By the names of columns: PostgreSQL reads lists and objects into jsonb columns. */
const rowOf = (change: RowChange): object => ({
  ...(change.do === 'drop' ? {} : Object.fromEntries(Object.entries(change.columns).map(([name, value]) => [columnName(name), value]))),
  [change.table]: change.key,
});

const columnName = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
