import { readFileSync, writeFileSync } from 'node:fs';
import type { Hunt } from './hunt.ts';

const FILE = new URL('../../../docs/reliability.md', import.meta.url);
const BEGIN = '<!-- planted bugs: made by npm run simulate -- --mutants -->';
const END = '<!-- end of planted bugs -->';

export const ofHunt = ({ mutant, found }: Hunt, seeds: number): string =>
  `${mutant.name}: ${found ? `seed ${found.seed}, ${found.words}` : `not found within ${seeds} seeds`}`;

/** Writes the table between its two lines in docs/reliability.md. */
export const writeReport = (hunts: readonly Hunt[], seeds: number): void => {
  const text = readFileSync(FILE, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`write ${FILE.pathname}: the lines ${BEGIN} and ${END} are not there`);
  writeFileSync(FILE, `${text.slice(0, from + BEGIN.length)}\n${tableOf(hunts, seeds)}\n${text.slice(to)}`);
};

const tableOf = (hunts: readonly Hunt[], seeds: number): string => {
  const found = hunts.filter((hunt) => hunt.found !== null).length;
  return [
    `${found} of ${hunts.length} were found within ${seeds} seeds, counted from 1; without them the same seeds break nothing.`,
    '',
    '| planted bug | in it … | as in | found at seed | by |',
    '| --- | --- | --- | ---: | --- |',
    ...hunts.map(rowOf),
  ].join('\n');
};

const rowOf = ({ mutant, found }: Hunt): string =>
  `| ${mutant.name} | ${mutant.breaks} | ${mutant.expresses ?? ''} | ${found?.seed ?? 'never'} | ${found?.claim ?? ''} |`;
