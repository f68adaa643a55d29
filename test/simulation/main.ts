import { parseArgs } from 'node:util';
import { runSeeds } from './campaign/run-seeds.ts';
import { shrink } from './campaign/shrink.ts';
import { ofMarks, ofShrunk, ofVerdict, ofWorld } from './campaign/words.ts';
import { simulate } from './drive/simulate.ts';
import { huntAll } from './mutants/hunt.ts';
import { ofHunt, writeReport } from './mutants/report.ts';
import { MUTANTS } from './mutants/table.ts';

const USAGE = `npm run simulate -- [--seeds <count>] [--from <seed>] [--jobs <count>]
                    --seed <seed> [--without <id>,<id>] [--shrink]
                    --mutants | --mutant <name>`;
/** With so many worlds every mark must have been reached. */
const ENOUGH_WORLDS = 1000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    jobs: { type: 'string' },
    seed: { type: 'string' },
    without: { type: 'string', default: '' },
    shrink: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string', multiple: true },
  },
});

const numberOf = (name: 'seeds' | 'from' | 'jobs' | 'seed', otherwise: number): number => {
  const value = Number(values[name] ?? otherwise);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`run a simulation: --${name} takes a whole number\n${USAGE}`);
};

const range = { from: numberOf('from', 1), jobs: numberOf('jobs', 2) };

const oneWorld = async (seed: number): Promise<boolean> => {
  const shrunk = values.shrink ? await shrink(seed) : null;
  const without = shrunk?.without ?? values.without.split(',').filter(Boolean);
  const outcome = await simulate(seed, { keeps: true, without: new Set(without) });
  console.log(ofWorld(outcome));
  if (shrunk) console.log(ofShrunk(seed, shrunk));
  return outcome.violations.length === 0;
};

const plantedBugs = async (): Promise<boolean> => {
  const wanted = MUTANTS.filter(({ name }) => !values.mutant || values.mutant.includes(name));
  const seeds = numberOf('seeds', 1000);
  const hunts = await huntAll(wanted, { ...range, seeds }, (newest, all) => {
    console.log(ofHunt(newest, seeds));
    writeReport(all, seeds);
  });
  return hunts.every(({ found }) => found !== null);
};

const manyWorlds = async (): Promise<boolean> => {
  const began = performance.now();
  const count = numberOf('seeds', 100);
  const verdicts = await runSeeds({
    ...{ ...range, count },
    onVerdict: (verdict) => verdict.violations.length > 0 && console.log(ofVerdict(verdict)),
  });
  const { lines, missing } = ofMarks(verdicts);
  console.log(lines.join('\n'));
  if (missing.length > 0) console.log(`never reached: ${missing.join('; ')}`);
  const failed = verdicts.filter(({ violations }) => violations.length > 0).length;
  const seconds = (performance.now() - began) / 1000;
  console.log(`${count} worlds in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second; ${failed} failed`);
  return failed === 0 && (missing.length === 0 || count < ENOUGH_WORLDS);
};

const isSound =
  values.seed !== undefined
    ? await oneWorld(numberOf('seed', 0))
    : values.mutants || values.mutant
      ? await plantedBugs()
      : await manyWorlds();
process.exitCode = isSound ? 0 : 1;
