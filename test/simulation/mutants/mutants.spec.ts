import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hunt } from './hunt.ts';
import { planted } from './mutant.ts';
import { MUTANTS } from './table.ts';

const sourceOf = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

describe('planted bugs', () => {
  it.each(MUTANTS)('"$name" has its one place in the product', (mutant) => {
    expect(planted(mutant, sourceOf(mutant.file))).not.toBe(sourceOf(mutant.file));
  });

  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(['no tombstone', 'all waves at once', 'no drain timeout', 'moved before it is well'])('"%s" is found soon', async (name) => {
    const mutant = MUTANTS.find((each) => each.name === name);
    if (!mutant) throw new Error(`there is no mutant ${name}`);
    expect((await hunt(mutant, { from: 1, seeds: 30 })).found).not.toBeNull();
  });
});
