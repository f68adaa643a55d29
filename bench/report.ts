import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Line } from './line.ts';

export const SAVED = new URL('../.berth/bench/', import.meta.url);
const PAGE = new URL('../docs/benchmarks.md', import.meta.url);

interface Area {
  readonly name: string;
  /** Day of the run. */
  readonly day: string;
  readonly lines: readonly Line[];
}

export const savedLines = (): readonly Area[] => {
  const names = existsSync(SAVED) ? readdirSync(SAVED).filter((name) => name.endsWith('.jsonl')) : [];
  if (names.length === 0) throw new Error('write the report: no full run was saved; run `npm run bench -- all`');
  return names.toSorted().map((file) => ({
    name: file.replace('.jsonl', ''),
    day: statSync(new URL(file, SAVED)).mtime.toISOString().slice(0, 10),
    lines: readFileSync(new URL(file, SAVED), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line),
  }));
};

export const writeReport = (areas: readonly Area[]): void => writeFileSync(PAGE, pageOf(areas));

const pageOf = (areas: readonly Area[]): string => `# Figures

Made by \`npm run bench -- report\` from the last full run of each area; bench/README.md tells how they are taken. A ratio above 1 is ahead
of the peer, whichever way is better. Machine: ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB.
${areas.map(sectionOf).join('')}`;

const sectionOf = ({ name, day, lines }: Area): string => `
## ${name}

\`npm run bench -- ${name}\`, ${day}

| figure | ours | peer | theirs | ratio | spread | goal |
| --- | ---: | --- | ---: | ---: | ---: | --- |
${lines.map(rowOf).join('\n')}
`;

const rowOf = (line: Line): string => {
  const { figure, unit, ours, peer = '', theirs = '', ratio = '', spread, noisy, goal, ok, skipped } = line;
  if (skipped !== undefined) return `| ${figure} | | ${peer} | | | | skipped: ${skipped} |`;
  const verdict = goal === undefined ? '' : `${goal} ${ok ? 'reached' : '**missed**'}`;
  return `| ${figure} | ${ours} ${unit} | ${peer} | ${theirs} | ${ratio} | ${spread}${noisy ? ' (noisy)' : ''} | ${verdict} |`;
};
