import { readFileSync, writeFileSync } from 'node:fs';
import type { Hunt } from './hunt.ts';
import { MUTANTS } from './table.ts';

const FILE = new URL('../../../docs/reliability.md', import.meta.url);
const BEGIN = '<!-- planted bugs: made by npm run simulate -- --mutants -->';
const END = '<!-- end of planted bugs -->';

export const ofHunt = ({ mutant, found }: Hunt, seeds: number): string =>
  `${mutant.name}: ${found ? `seed ${found.seed}, ${found.words}` : `not found within ${seeds} seeds`}`;

/** Writes the rows of these into the table in docs/reliability.md; a bug that was not hunted keeps its row. */
export const writeReport = (hunts: readonly Hunt[], seeds: number): void => {
  const text = readFileSync(FILE, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`write ${FILE.pathname}: the lines ${BEGIN} and ${END} are not there`);
  const known = text.slice(from, to).split('\n');
  writeFileSync(FILE, `${text.slice(0, from + BEGIN.length)}\n${tableOf(hunts, known, seeds)}\n${text.slice(to)}`);
};

const tableOf = (hunts: readonly Hunt[], known: readonly string[], seeds: number): string => {
  const rows = MUTANTS.flatMap(({ name }) => {
    const hunted = hunts.find(({ mutant }) => mutant.name === name);
    return hunted ? rowOf(hunted, seeds) : (known.find((line) => line.startsWith(`| ${name} |`)) ?? []);
  });
  const found = rows.filter((row) => !row.includes('| not in ')).length;
  return [
    `${found} of ${rows.length} were found; without them the same seeds, counted from 1, break nothing.`,
    '',
    '| planted bug | in it … | as in | found at seed | by |',
    '| --- | --- | --- | ---: | --- |',
    ...rows,
  ].join('\n');
};

const rowOf = ({ mutant, found }: Hunt, seeds: number): string =>
  `| ${mutant.name} | ${mutant.breaks} | ${mutant.expresses ?? ''} | ${found?.seed ?? `not in ${seeds}`} | ${found?.claim ?? ''} |`;
