// Stands in the place of the resolver's main.js in the agent's image: the resolver itself runs in the container of the hands, which holds Node but no
// code of Berth's. So its one file is laid beside what it reads, under a name that says what is in it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { runThere } from '/berth/deploy/hands/there.mjs';

const args = process.argv.slice(2);
const home = args.find((arg) => arg.startsWith('--home='))?.slice('--home='.length);
const code = readFileSync('/berth/dist/resolver.mjs');
const file = `${home}/run/resolver-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.mjs`;
if (!existsSync(file)) {
  writeFileSync(`${file}.${process.pid}`, code, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}
// It writes its own log: nobody may listen any more when it has something to say.
const intoLog = ['/bin/sh', '-c', 'exec "$@" >>"$0" 2>&1', `${home}/run/resolver.log`];
await runThere(home, '/', [...intoLog, '/usr/local/bin/node', file, ...args]);
