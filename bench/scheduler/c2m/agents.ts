/** A program: the agents of all hosts of a replay. Arguments: url of the broker, hosts as JSON. */
import { SystemClock } from '#libs/clock';
import type { HostId } from '#libs/contracts';
import { AgentsPost } from './agents-post.ts';
import { SimulatedHost } from './simulated-host.ts';

const [, , url = '', list = '[]'] = process.argv;
const named = JSON.parse(list) as readonly { readonly host: HostId; readonly tags: readonly string[] }[];
const clock = new SystemClock();
const post = await AgentsPost.open(url);
const hosts = new Map(
  named.map(({ host, tags }) => {
    const mail = {
      send: (to: Parameters<AgentsPost['send']>[1], message: Parameters<AgentsPost['send']>[2]) => post.send(host, to, message),
    };
    return [host, new SimulatedHost({ host, tags, mail, clock, runId: `run-of-${host}` })] as const;
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
  if (tick % 10 === 0) process.send?.({ running: hosts.values().reduce((sum, { running }) => sum + running, 0) });
  await clock.sleep(TICK_MS);
}
