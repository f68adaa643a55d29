import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const page = readFileSync(new URL('../../../docs/ci.md', import.meta.url), 'utf8');

/** The block of docs/ci.md that holds these words, as it stands there. */
export const recipe = (language: string, words: string): string => {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, kind, text]) => kind === language && text?.includes(words));
  const [block] = blocks;
  if (blocks.length !== 1 || block?.[2] === undefined)
    throw new Error(`find recipe ${words}: ${blocks.length} blocks of docs/ci.md hold it`);
  return block[2];
};

/** Runs a script in a folder of its own that holds these files. */
export const runRecipe = (script: string, files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Promise<Ran> => {
  const cwd = mkdtempSync('/tmp/berth-ci-');
  for (const [name, text] of Object.entries({ ...files, 'recipe.sh': script })) writeFileSync(join(cwd, name), text, { mode: 0o600 });
  return new Promise((resolve) => {
    const options = { cwd, env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env }, timeout: 50_000 };
    execFile('bash', ['recipe.sh'], options, (cause, out, err) => {
      rmSync(cwd, { recursive: true, force: true });
      resolve({ code: cause === null ? 0 : typeof cause.code === 'number' ? cause.code : null, out, err });
    });
  });
};
