import { rows } from './index.ts';
import { PLAIN, type Row } from './row.ts';

/** The table of docs/manifest.md. Keys that fare alike and need no words share a line. */
export const supportTable = (): string => {
  const lines = rows.filter(({ words, when }) => words !== PLAIN || when !== undefined).map(line);
  const plain = Map.groupBy(
    rows.filter(({ words, when }) => words === PLAIN && when === undefined),
    ({ key }) => key.slice(0, Math.max(0, key.lastIndexOf('.'))),
  );
  const rest = [...plain].map(([under, found]) => {
    const keys = found.map(({ key }) => `\`${key.slice(under === '' ? 0 : under.length + 1)}\``).join(', ');
    return `| ${under === '' ? 'at the top' : `under \`${under}\``}: ${keys} | warned | ${PLAIN} |`;
  });
  return ['| key | | what becomes of it |', '|---|---|---|', ...lines, ...rest].join('\n');
};

const line = ({ key, state, when, words }: Row): string => `| \`${key}\`${when === undefined ? '' : `: ${when}`} | ${state} | ${words} |`;
