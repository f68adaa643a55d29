import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultText, readManifest } from './index.ts';

const contents = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each(['shapes', 'meaning', 'warned'])('says of golden/%s.yaml what golden/%s.txt holds', async (name) => {
  const { errors, warnings } = readManifest(contents(`golden/${name}.yaml`), { file: `${name}.yaml`, env: {} });
  const lines = [...errors.map((fault) => `error ${faultText(fault)}`), ...warnings.map((fault) => `warning ${faultText(fault)}`)];
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
});

it('takes the example of docs/manifest.md', () => {
  const example = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(contents('../../../docs/manifest.md'))?.[1] ?? '';
  const { errors, warnings } = readManifest(example, { file: 'compose.yaml', env: { PGPASSWORD: 'x' } });
  expect([...errors, ...warnings].map(faultText)).toEqual([]);
});
