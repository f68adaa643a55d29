import { assertNever } from '#libs/contracts';
import type { Change } from './changes.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statement that makes one change. Names come from our own row types, never from outside. */
export const statementOf = (change: Change): Statement => {
  const { table } = change;
  switch (change.do) {
    case 'put':
      return put(table, change.columns);
    case 'patch':
      return patch(table, change.keys, change.columns);
    case 'drop':
      return { text: `DELETE FROM ${table}_view WHERE ${table} = $1`, values: [change.key] };
    default:
      return assertNever(change);
  }
};

/** Columns that are not named keep what they hold. */
const put = (table: string, columns: object): Statement => {
  const names = Object.keys(columns).map(columnName);
  const marks = names.map((_, index) => `$${index + 1}`);
  const updates = names.filter((name) => name !== table).map((name) => `${name} = excluded.${name}`);
  const text = `INSERT INTO ${table}_view (${names.join(', ')}) VALUES (${marks.join(', ')}) ON CONFLICT (${table}) DO UPDATE SET ${updates.join(', ')}`;
  return { text, values: Object.values(columns).map(columnValue) };
};

const patch = (table: string, keys: readonly string[], columns: object): Statement => {
  const updates = Object.keys(columns).map((name, index) => `${columnName(name)} = $${index + 2}`);
  return {
    text: `UPDATE ${table}_view SET ${updates.join(', ')} WHERE ${table} = ANY($1)`,
    values: [keys, ...Object.values(columns).map(columnValue)],
  };
};

const columnName = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Lists and objects are kept as JSON text in jsonb columns; the driver would write a list as a Postgres array. */
const columnValue = (value: unknown): unknown => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
