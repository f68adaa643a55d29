import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './round.ts';
import { summaryOf } from './words.ts';

const FILE = join(import.meta.dirname, '../../docs/reliability.md');

const titles = {
  chaos: `## Chaos

Two real hosts with real engines, broker and database, harmed while versions are deployed on them (\`test/chaos\`). What must hold after each round: every
invariant over the recorded log, every deployment ended, the engines run what the log says and nothing else, every door answers as the promoted version. Requests are sent
where the harm must spare them.`,
  points: `## Kill points

A service killed when the log shows a step of a good deployment, and started again up to two seconds later. \`./check\` draws 6 points by the commit's hash.`,
};

/** Writes a table between its own markers, in the file's place for it or at its end; the rest of the file is others'. */
export const report = (mark: keyof typeof titles, command: string, outcomes: readonly Outcome[]): void => {
  const [begin, end] = [`<!-- ${mark}:begin -->`, `<!-- ${mark}:end -->`];
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Reliability\n';
  const body = [begin, titles[mark], '', `Last run: \`${command}\`. ${summaryOf(outcomes)}.`, '', tableOf(mark, outcomes), end].join('\n');
  const [at, to] = [text.indexOf(begin), text.indexOf(end)];
  const isThere = at >= 0 && to > at;
  writeFileSync(FILE, isThere ? `${text.slice(0, at)}${body}${text.slice(to + end.length)}` : `${text.trimEnd()}\n\n${body}\n`);
};

const tableOf = (mark: keyof typeof titles, outcomes: readonly Outcome[]): string => {
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
