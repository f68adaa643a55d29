import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { partsOf, planOf } from '../plan/plan.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const PLANT = new URL(`../mutants/plant.ts?${encodeURIComponent('no drain timeout')}`, import.meta.url).href;

const live = (...wish: readonly string[]): string =>
  spawnSync(process.execPath, ['--conditions=berth-source', '--import', PLANT, MAIN, ...wish], { encoding: 'utf8' }).stdout;

it('leaves out of a failing world what its failure does not need, and says how to live the rest again', () => {
  const seed = 8;
  const [, left = '', , without = ''] = /fails with (.*)\nagain: (.*) --without (.*)\n/.exec(live('--seed', `${seed}`, '--shrink')) ?? [];
  expect(left.split(', ').length).toBeLessThan(partsOf(planOf(seed)).length / 2);
  const again = live('--seed', `${seed}`, '--without', without);
  expect(again).toContain('is told to stop undrained');
  for (const part of without.split(',')) expect(again).not.toContain(`(${part})`);
});
