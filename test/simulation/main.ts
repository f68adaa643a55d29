import { simulate } from './drive/simulate.ts';

const USAGE = 'npm run simulate -- [--seeds <count>] [--from <seed>] | --seed <seed>';
const number = (name: string): number | null => {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return null;
  const value = Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`run a simulation: --${name} takes a whole number: ${USAGE}`);
  return value;
};

const one = number('seed');
const from = one ?? number('from') ?? 1;
const count = one === null ? (number('seeds') ?? 100) : 1;
const marks = new Map<string, number>();
const began = performance.now();
let failed = 0;
for (let seed = from; seed < from + count; seed++) {
  const outcome = await simulate(seed, one !== null);
  for (const mark of outcome.marks) marks.set(mark, (marks.get(mark) ?? 0) + 1);
  if (one !== null) console.log(outcome.lines.join('\n'));
  if (outcome.violations.length === 0) continue;
  failed++;
  console.log(`seed ${seed} (${outcome.harms.join(', ') || 'no harm'}):`);
  for (const violation of outcome.violations.slice(0, 5)) console.log(`  ${violation}`);
  console.log(`  again: npm run simulate -- --seed ${seed}`);
}
const seconds = (performance.now() - began) / 1000;
for (const [mark, worlds] of [...marks].sort()) console.log(`${String(worlds).padStart(6)}  ${mark}`);
console.log(`${count} worlds in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second; ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
