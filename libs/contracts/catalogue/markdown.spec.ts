import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogueText, type GoldenLine } from './markdown.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it('docs/events.md is what `npm run events` writes', () => {
  const golden = read('../events/golden.jsonl')
    .trimEnd()
    .split('\n')
    .map((line): GoldenLine => JSON.parse(line));
  expect(read('../../../docs/events.md')).toBe(catalogueText(golden));
});
