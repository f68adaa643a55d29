import { registerHooks } from 'node:module';
import { planted } from './mutant.ts';
import { MUTANTS } from './table.ts';

/**
 * Loaded before all others (`node --import file:///…/plant.ts?<name>`): puts one bug into the product as it is loaded. No file is changed
 * and no product code knows of it.
 */
const name = decodeURIComponent(new URL(import.meta.url).search.slice(1));
const mutant = MUTANTS.find((each) => each.name === name);
if (!mutant) throw new Error(`plant ${name}: there is no such mutant in the table`);
const { href } = new URL(`../../../${mutant.file}`, import.meta.url);

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (url !== href) return loaded;
    return { ...loaded, source: planted(mutant, Buffer.from(loaded.source as Uint8Array).toString()) };
  },
});
