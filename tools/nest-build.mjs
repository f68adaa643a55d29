// Proves that `nest build` knows every app and lib of the house, and that what it makes of one app runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const APP = process.argv[2] ?? 'scheduler';
const faults = [];

const { projects } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
for (const [rooms, type] of [
  ['apps', 'application'],
  ['libs', 'library'],
])
  for (const name of readdirSync(rooms)) {
    const project = projects[name];
    if (project?.type !== type || project.root !== `${rooms}/${name}`) faults.push(`nest-cli.json does not know ${rooms}/${name}`);
    else if (!existsSync(`${project.root}/${project.entryFile}.ts`))
      faults.push(`nest-cli.json: ${project.root} has no ${project.entryFile}.ts`);
    else if (!existsSync(project.compilerOptions.tsConfigPath))
      faults.push(`nest-cli.json: ${project.compilerOptions.tsConfigPath} is missing`);
  }

const built = spawnSync('node_modules/.bin/nest', ['build', APP], { encoding: 'utf8' });
if (built.status !== 0) faults.push(`nest build ${APP}: ${built.stdout}${built.stderr}`);
const main = `dist/apps/${APP}/main.js`;
if (!existsSync(main)) faults.push(`nest build ${APP}: it made no ${main}`);

// Without any setting a service says all that it misses, and ends.
const ran = spawnSync(process.execPath, [main], { encoding: 'utf8', env: {}, timeout: 20_000 });
for (const words of ['BERTH_AMQP_URL: it is missing', 'BERTH_DATABASE_URL: it is missing'])
  if (ran.status !== 1 || !ran.stderr.includes(words))
    faults.push(`node ${main}: it ended with ${ran.status} and did not say "${words}"\n${ran.stderr}`);

for (const fault of faults) console.error(fault);
console.log(`${Object.keys(projects).length} projects, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
