// Writes what is made from the manifest's grammar: docs/schema/compose-berth.json, and the table in docs/manifest.md.
//   node --conditions=berth-source tools/schema.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { composeSchema } from '../libs/manifest/schema/index.ts';
import { supportTable } from '../libs/manifest/support/markdown.ts';

mkdirSync('docs/schema', { recursive: true });
writeFileSync('docs/schema/compose-berth.json', `${JSON.stringify(composeSchema(), null, 2)}\n`);

const doc = readFileSync('docs/manifest.md', 'utf8');
const table = /(<!-- table -->\n)[\s\S]*?(\n<!-- \/table -->)/;
if (!table.test(doc)) throw new Error('write docs/manifest.md: it has no <!-- table --> … <!-- /table -->');
writeFileSync(
  'docs/manifest.md',
  doc.replace(table, (_, begin, end) => `${begin}${supportTable()}${end}`),
);
