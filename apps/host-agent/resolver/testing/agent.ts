import { fileURLToPath } from 'node:url';
import { SystemClock } from '#libs/clock';
import { ResolverClient } from '../resolver-client.ts';
import { callersOf, partOf } from './tables.ts';

/** An agent that starts a resolver, tells it of names, says so and then only lives: to be killed. */
const [home = '', port = ''] = process.argv.slice(2);
const clock = new SystemClock();
const client = new ResolverClient({
  ...{ home, zone: 'berth.internal', pool: '127.0.0.0/8', release: '1', clock, upstreams: [] },
  listen: { address: '127.0.0.1', port: Number(port) },
  command: [process.execPath, '--conditions=berth-source', fileURLToPath(new URL('../main.ts', import.meta.url))],
});
await client.ensureRunning();
await client.registerCallers(callersOf({ '127.0.0.2': 1 }));
while ((await client.apply([partOf(3, { 1: ['10.64.0.11'] })])).length === 0) await clock.sleep(20);
process.stdout.write('ready\n');
await clock.sleep(60_000);
