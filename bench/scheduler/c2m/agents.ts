/** A program: the agents of all hosts of a replay. Arguments: url of the broker, how many containers it is about. */
import type { Mail } from '#libs/bus';
import { SystemClock } from '#libs/clock';
import { AgentsPost } from './agents-post.ts';
import { SimulatedHost } from './simulated-host.ts';
import { workOf } from './work.ts';

const [, , url = '', containers = '0'] = process.argv;
const clock = new SystemClock();
const post = await AgentsPost.open(url);
const hosts = new Map(
  workOf(Number(containers)).hosts.map(({ host, tags }, subnet) => {
    const mail: Pick<Mail, 'send'> = { send: (to, message) => post.send(host, to, message) };
    return [host, new SimulatedHost({ host, tags, subnet, mail, clock, runId: `run-of-${host}` })] as const;
  }),
);
await post.receive([...hosts.keys()], (host, message) => hosts.get(host)?.take(message));

/** Who is due in this tick: not all at once. */
const TICK_MS = 100;
const share = (tick: number, everyMs: number): readonly SimulatedHost[] => {
  const ticks = everyMs / TICK_MS;
  return [...hosts.values()].filter((_, nth) => nth % ticks === tick % ticks);
};

process.on('disconnect', () => process.exit(0));
process.send?.('ready');
for (let tick = 0; ; tick++) {
  for (const host of share(tick, 1000)) host.speak();
  for (const host of share(tick, 5000)) host.ask();
  if (tick % 10 === 0) process.send?.({ running: [...hosts.values()].reduce((sum, { running }) => sum + running, 0) });
  await clock.sleep(TICK_MS);
}
