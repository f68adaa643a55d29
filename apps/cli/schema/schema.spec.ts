import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXIT } from '../exit.ts';
import { runProgram } from '../program.ts';

it('is printed without settings, as it stands in docs/schema', async () => {
  const written: string[] = [];
  const contextOf = () => {
    throw new Error('no settings are needed');
  };
  const code = await runProgram(['schema'], { contextOf, write: (text) => written.push(text), note: (text) => written.push(text) });
  expect(code).toBe(EXIT.ok);
  expect(written.join('')).toBe(readFileSync(new URL('../../../docs/schema/compose-berth.json', import.meta.url), 'utf8'));
});
