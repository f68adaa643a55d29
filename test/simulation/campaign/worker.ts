import { simulate } from '../drive/simulate.ts';
import { type Task, toVerdict } from './verdict.ts';

/** A process that lives worlds for `runSeeds`: it is sent tasks and answers each with its verdict. */
process.on('message', async ({ seed, without, isTwice }: Task) => {
  const wish = { without: new Set(without) };
  const outcome = await simulate(seed, wish);
  const again = isTwice ? await simulate(seed, wish) : outcome;
  process.send?.(toVerdict(outcome, again));
});
process.on('disconnect', () => process.exit());
