// Writes docs/events.md, the catalogue of all events, from their schemas and golden lines.
//   node --conditions=berth-source tools/events-catalogue.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogueText } from '../libs/contracts/catalogue/markdown.ts';

const golden = readFileSync('libs/contracts/events/golden.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
writeFileSync('docs/events.md', catalogueText(golden));
