import { createHash } from 'node:crypto';

/** SHA-256 (hex) of a table, whatever the order of its keys. */
export const hashOf = (table: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)),
        sorted,
      ),
    )
    .digest('hex');

const sorted = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
