import { theJudge } from './judge/judge.ts';
import { theProducts } from './model/decisions.ts';
import { beginning, switched } from './scenario.ts';
import { search } from './search/search.ts';
import { timelineOf } from './search/timeline.ts';

const USAGE = 'npm run exhaustive -- [--faults <0 to 2>] [--ends] [--switched]';
const at = process.argv.indexOf('--faults');
const faults = at < 0 ? 2 : Number(process.argv[at + 1]);
if (![0, 1, 2].includes(faults)) throw new Error(`search a switch: --faults takes 0, 1 or 2: ${USAGE}`);
const ends = process.argv.includes('--ends');
const from = process.argv.includes('--switched') ? switched() : beginning();

const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
const { states, transitions, depth, violation } = search({
  from,
  decisions: theProducts,
  limits: { faults, ends },
  judge: theJudge,
  progress: (found) =>
    console.log(
      `depth ${found.depth}: ${found.states} states, ${found.transitions} transitions, ${found.left} left at this depth, ${seconds()} s`,
    ),
});
if (violation) {
  console.log(`broken after ${violation.path.length} moves:\n${timelineOf(violation.path)}`);
  for (const words of violation.words) console.log(words);
  process.exitCode = 1;
}
const memory = (process.resourceUsage().maxRSS / 2 ** 20).toFixed(1);
const verdict = violation ? 'the search ended there' : 'no invariant is broken, and every history comes to rest';
console.log(
  `${states} states, ${transitions} transitions, depth ${depth}, at most ${faults} faults${ends ? ', of containers too' : ''}, ${seconds()} s, ${memory} GB: ${verdict}`,
);
