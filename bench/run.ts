import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { goalsOf } from './goals.ts';
import { Lab, type Options } from './lab.ts';
import type { Line } from './line.ts';
import { SAVED, savedLines, writeReport } from './report.ts';

const HERE = new URL('.', import.meta.url);
const OPTIONS = { quick: { type: 'boolean' }, containers: { type: 'string' } } as const;
const USAGE = 'npm run bench -- <area|all|report> [--quick] [--containers <number>] [only these benches ...]';

const main = async (args: readonly string[]): Promise<void> => {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [what, ...only] = positionals;
  const isQuick = values.quick ?? false;
  const options = values.containers === undefined ? {} : { containers: Number(values.containers) };
  if (what === undefined) throw new Error(`run a bench: ${USAGE}`);
  if (what === 'report') return writeReport(savedLines());
  for (const area of what === 'all' ? areas() : [what]) await runArea(area, { isQuick, only, options });
};

const areas = (): readonly string[] =>
  readdirSync(HERE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Each file of an area exports `bench(lab)`; folders hold what they share. */
const benchesOf = (area: string): readonly string[] => {
  if (!areas().includes(area)) throw new Error(`run bench ${area}: there are ${areas().join(', ')}`);
  return readdirSync(new URL(`${area}/`, HERE)).filter((name) => name.endsWith('.ts'));
};

interface Run {
  readonly isQuick: boolean;
  readonly only: readonly string[];
  readonly options: Options;
}

const runArea = async (area: string, { isQuick, only, options }: Run): Promise<void> => {
  const lab = new Lab(area, isQuick, (line) => console.log(JSON.stringify(line)), options);
  for (const name of benchesOf(area)) {
    if (only.length > 0 && !only.includes(name.slice(0, -'.ts'.length))) continue;
    const { bench } = (await import(new URL(`${area}/${name}`, HERE).href)) as { bench: (lab: Lab) => Promise<void> };
    await bench(lab);
  }
  if (only.length > 0) return;
  demandAll(area, lab.lines);
  if (!isQuick) save(area, lab.lines);
};

const demandAll = (area: string, lines: readonly Line[]): void => {
  const printed = new Set(lines.map(({ figure }) => figure));
  const missing = Object.keys(goalsOf(area)).filter((id) => !printed.has(id));
  if (missing.length > 0) throw new Error(`run bench ${area}: goals.json lists figures that were not printed: ${missing.join(', ')}`);
};

/** Of full runs only: the report quotes nothing else. */
const save = (area: string, lines: readonly Line[]): void => {
  mkdirSync(SAVED, { recursive: true });
  writeFileSync(new URL(`${area}.jsonl`, SAVED), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

await main(process.argv.slice(2));
