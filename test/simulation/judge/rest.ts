import type { HostMachine } from '../host/host-machine.ts';
import type { Loop } from '../world/loop.ts';
import type { Accuse } from './accuse.ts';

const REST_MS = 12_000;

interface Resting {
  readonly loop: Loop;
  readonly hosts: readonly HostMachine[];
  /** Newest position that tells more than that something was refused. */
  readonly position: () => Promise<number>;
  readonly accuse: Accuse;
}

/** I11: at rest, what hosts should be is told again and again, no call changes anything, and nothing new is in the log. */
export const judgeRest = async ({ loop, hosts, position, accuse }: Resting): Promise<void> => {
  const before = hosts.map(({ engine }) => engine.mutations);
  const head = await position();
  await loop.runUntil(loop.now + REST_MS);
  hosts.forEach(({ host, engine }, index) => {
    if (engine.mutations !== before[index]) accuse('I11', `${host} changed something though everything was at rest`);
  });
  if ((await position()) !== head) accuse('I11', `the log went on from position ${head} though everything was at rest`);
};
