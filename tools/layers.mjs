// The house rules that dependency-cruiser sees, and two that it does not: that it saw all modules, and which packages production code must use.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

/** Only grows: each is imported by production code that needs it. */
const NEEDED = ['@nestjs/core', '@nestjs/microservices', 'typeorm', 'pg', 'dockerode', 'dns2', 'amqplib'];

const sources = globSync('{apps,libs}/**/*.{ts,tsx}').filter((file) => !/\.(int\.)?spec\.ts$/.test(file));
const result = JSON.parse(
  execFileSync('node_modules/.bin/depcruise', ['apps', 'libs', '--output-type', 'json'], { maxBuffer: 1 << 28 }).toString(),
);
const faults = result.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);

const seen = new Set(result.modules.map((module) => module.source));
for (const file of sources) if (!seen.has(file)) faults.push(`not cruised: ${file}`);

const code = sources.filter((file) => !file.startsWith('libs/testing/')).map((file) => readFileSync(file, 'utf8'));
for (const name of NEEDED)
  if (!code.some((text) => text.includes(`from '${name}'`))) faults.push(`not imported by production code: ${name}`);

for (const fault of faults) console.error(fault);
console.log(`${result.modules.length} modules, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
