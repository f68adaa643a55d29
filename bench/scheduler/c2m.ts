import type { Lab } from '../lab.ts';
import { startPlatform } from './c2m/platform.ts';
import { replay } from './c2m/replay.ts';
import { workOf } from './c2m/work.ts';

/** As many as are known to come to an end on a machine with 24 GiB. */
const FULL = 100_000;
const QUICK = 10_000;

/** Containers as dense as two million over 6,100 hosts (`--containers 2000000`), once: the whole platform but for engines and machines. */
export const bench = async (lab: Lab): Promise<void> => {
  const work = workOf(lab.option('containers') ?? (lab.isQuick ? QUICK : FULL));
  console.error(`replay ${work.requests.length} deployments, ${work.containers} containers, on ${work.hosts.length} hosts`);
  const platform = await startPlatform(work);
  try {
    lab.once(await replay(platform, work), [
      { id: 'c2m_containers', of: 'containers', unit: 'containers', better: 'higher' },
      { id: 'c2m_seconds', of: 'seconds', unit: 's', better: 'lower' },
      { id: 'c2m_rate', of: 'rate', unit: 'containers/s', better: 'higher' },
      { id: 'c2m_cpu', of: 'cpu', unit: 'us/container', better: 'lower' },
      { id: 'c2m_memory', of: 'memory', unit: 'MB', better: 'lower' },
      { id: 'c2m_events', of: 'events', unit: 'events', better: 'lower' },
      { id: 'c2m_log', of: 'disk', unit: 'MB', better: 'lower' },
    ]);
  } finally {
    await platform.stop();
  }
};
