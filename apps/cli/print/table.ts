/** Left-aligned, two spaces between columns, no borders: what `grep` and `awk` like. The last column is not padded. */
export const tableLines = (headers: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const widths = headers.map((header, column) => Math.max(header.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [headers, ...rows].map((row) => rowText(row, widths));
};

/** For rows that come one by one. */
export const rowText = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
    .join('  ')
    .trimEnd();
