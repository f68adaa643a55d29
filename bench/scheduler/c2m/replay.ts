import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { cpuOf } from '../../cpu.ts';
import type { Reading } from '../../line.ts';
import { type Platform, peakOf } from './platform.ts';
import type { Work } from './work.ts';

const clock = new SystemClock();
const ids = new SystemIds();
/** Requests in one append. */
const TOGETHER = 100;
const LOOK_MS = 250;
const TOLD_MS = 10_000;

/** From the first `DeployRequested` until the log has a `ContainerStarted` of each container. */
export const replay = async (platform: Platform, work: Work): Promise<Reading> => {
  await until(async () => (await count(platform, 'HostConnected')) === work.hosts.length);
  const before = usedBy(platform);
  const begun = performance.now();
  const running = hear(platform, begun);
  await request(platform, work.requests);
  await until(async () => running() >= work.containers && (await count(platform, 'ContainerStarted')) >= work.containers);
  const seconds = (performance.now() - begun) / 1000;
  const used = usedBy(platform).map(({ name, cpu, memory }, nth) => ({ name, memory, cpu: cpu - (before[nth]?.cpu ?? 0) }));
  for (const { name, cpu, memory } of used) console.error(`${name}: ${cpu.toFixed(1)} s of processor, ${megabytes(memory)} MB`);
  const disk = await numberOf(platform, `select pg_total_relation_size('events') as number`);
  const events = (await platform.log.head()).position;
  return {
    ...{ containers: work.containers, seconds, rate: work.containers / seconds, cpu: (sum(used, 'cpu') * 1e6) / work.containers },
    ...{ memory: megabytes(sum(used, 'memory')) },
    ...{ disk: megabytes(disk), perContainer: disk / work.containers, events },
  };
};

interface Used {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
}

/** Of each process by name; what is left of this one and all below it is the broker's, but for a trifle. */
const usedBy = ({ pids }: Platform): readonly Used[] => {
  const known = [...pids].map(([name, pid]) => ({ name, cpu: cpuOf([pid]), memory: peakOf(pid) }));
  return [...known, { name: 'broker', cpu: cpuOf([process.pid]) - sum(known, 'cpu'), memory: 0 }];
};

const sum = (used: readonly Used[], of: 'cpu' | 'memory'): number => used.reduce((all, each) => all + each[of], 0);

const request = async ({ log }: Platform, requests: readonly Decided[]): Promise<void> => {
  const { incarnation } = await log.head();
  for (let from = 0; from < requests.length; from += TOGETHER) {
    const items = requests.slice(from, from + TOGETHER).map(({ stream, type, data }) => {
      const id = ids.event();
      const event = { id, type, data, actor: 'bench', correlation: id, causation: null } as AnyNewEvent;
      return { incarnation, expected: { [stream]: 0 }, events: [{ stream, event }] };
    });
    const refused = (await log.append(items)).find(({ status }) => status !== 'appended');
    if (refused) throw new Error(`request deployments: ${JSON.stringify(refused)}`);
  }
};

/** How many containers the agents say that they run. A long replay says how far it is. */
const hear = ({ agents, log }: Platform, begun: number): (() => number) => {
  let running = 0;
  let toldAt = begun;
  agents.on('message', (said: { readonly running: number }) => {
    running = said.running;
    if (performance.now() - toldAt < TOLD_MS) return;
    toldAt = performance.now();
    log.head().then(
      ({ position }) => console.error(`after ${Math.round((toldAt - begun) / 1000)} s: ${running} run, ${position} events`),
      () => undefined,
    );
  });
  return () => running;
};

const count = (platform: Platform, type: string): Promise<number> =>
  numberOf(platform, `select count(*)::int as number from events where type = '${type}'`);

const numberOf = async ({ pool }: Platform, query: string): Promise<number> => Number((await pool.query(query)).rows[0]?.number);

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await clock.sleep(LOOK_MS);
};

const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
