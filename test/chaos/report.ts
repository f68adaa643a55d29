import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './round.ts';
import { summaryOf } from './words.ts';

const FILE = join(import.meta.dirname, '../../docs/reliability.md');

/** Writes a table between its own markers, in the file's place for it or at its end; the rest of the file is others'. */
export const report = (mark: 'chaos' | 'points', command: string, outcomes: readonly Outcome[]): void => {
  const [begin, end] = [`<!-- ${mark}:begin -->`, `<!-- ${mark}:end -->`];
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Reliability\n';
  const title = mark === 'chaos' ? '## Chaos' : '## Kill points';
  const body = `${begin}\n${title}\n\nLast run: \`${command}\`. ${summaryOf(outcomes)}.\n\n${tableOf(mark, outcomes)}\n${end}`;
  const [at, to] = [text.indexOf(begin), text.indexOf(end)];
  const isThere = at >= 0 && to > at;
  writeFileSync(FILE, isThere ? `${text.slice(0, at)}${body}${text.slice(to + end.length)}` : `${text.trimEnd()}\n\n${body}\n`);
};

const tableOf = (mark: 'chaos' | 'points', outcomes: readonly Outcome[]): string => {
  const rows = Object.entries(Object.groupBy(outcomes, ({ round }) => round.harm.name)).map(([harm, some = []]) => rowOf(harm, some));
  const steps = mark === 'chaos' ? 'rounds' : 'points';
  return [
    `| harm | ${steps} | promoted | failed | requests lost | broken | longest |`,
    '|---|---|---|---|---|---|---|',
    ...rows.sort(),
  ].join('\n');
};

const rowOf = (harm: string, outcomes: readonly Outcome[]): string => {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const broken = outcomes.filter(({ faults }) => faults.length > 0).length;
  const longest = Math.max(...outcomes.map(({ seconds }) => seconds));
  const requests = sum((o) => o.requests);
  const lost = requests === 0 ? 'not asked' : `${sum((o) => o.lost)} of ${requests}`;
  return `| ${harm} | ${outcomes.length} | ${sum((o) => o.promoted)} | ${sum((o) => o.failed)} | ${lost} | ${broken} | ${longest.toFixed(0)} s |`;
};
