import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SystemClock, SystemIds } from '#libs/clock';
import type { BerthEvent } from '#libs/contracts';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import { PostgresEventLog, PostgresSnapshots } from '#libs/event-log/postgres';
import { Reactor } from '#libs/event-log/react';
import { WorldKeeper } from '../../libs/event-log/react/world-keeper.ts';
import type { Lab } from '../lab.ts';
import type { Reading } from '../line.ts';
import { type Cluster, startCluster } from './append/cluster.ts';
import { fleetOf, livesOf } from './fold/fleet.ts';
import { openToldLog, type ToldLog } from './fold/told-log.ts';

const SMALL = 20_000;
/** Deployments of one stack. */
const LIVES = 200;

/** How fast the log of a large fleet becomes a world, in what memory, and how soon a service that starts has it. */
export const bench = async (lab: Lab): Promise<void> => {
  const containers = lab.isQuick ? 100_000 : 1_000_000;
  await lab.measure({
    ours: async () => fold(containers),
    figures: [
      { id: 'fold_rate', of: 'rate', unit: 'events/s', better: 'higher' },
      { id: 'fold_memory', of: 'memory', unit: 'MB/million events', better: 'lower' },
      { id: 'fold_memory_container', of: 'container', unit: 'bytes/container', better: 'lower' },
    ],
  });
  const lives = foldLives();
  await lab.measure({
    ours: async () => lives.next().value as Reading,
    figures: [{ id: 'fold_late_vs_early', of: 'ratio', unit: 'last of 200 deployments by first', better: 'higher' }],
  });
  const cluster = await startCluster();
  try {
    await measureStart(lab, cluster, containers);
  } finally {
    await cluster.stop();
  }
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const memory = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

/** Only the fold is timed, not the telling. */
const fold = (containers: number): Reading => {
  const before = memory();
  let world = emptyWorld;
  let ms = 0;
  for (const batch of fleetOf(containers)) {
    const begun = performance.now();
    world = batch.reduce(evolveWorld, world);
    ms += performance.now() - begun;
  }
  const bytes = memory() - before;
  const events = world.position;
  return { rate: (events / ms) * 1000, memory: bytes / events, container: bytes / containers };
};

/** One stack that is deployed again and again, behind a hundred proxies that all have their say. */
function* foldLives(): Generator<Reading> {
  for (;;) {
    const rates: number[] = [];
    let world: World = emptyWorld;
    for (const batch of livesOf(LIVES)) {
      const begun = performance.now();
      world = batch.reduce(evolveWorld, world);
      rates.push((batch.length / (performance.now() - begun)) * 1000);
    }
    const tenth = Math.floor(rates.length / 10);
    const mean = (some: readonly number[]): number => some.reduce((sum, rate) => sum + rate, 0) / some.length;
    // The first of all warms the machine up.
    yield { ratio: mean(rates.slice(-tenth)) / mean(rates.slice(tenth, 2 * tenth)) };
  }
}

const measureStart = async (lab: Lab, cluster: Cluster, containers: number): Promise<void> => {
  const [small, large] = [await openToldLog(cluster, 'fold_small'), await openToldLog(cluster, 'fold_large')];
  for (const batch of fleetOf(SMALL)) await small.tell(batch);
  await start(small, SAVED);
  await lab.measure({
    ours: () => start(small, SAVED),
    peers: { 'a replay': () => start(small, null) },
    figures: [
      { id: 'fold_start_20k', of: 'seconds', unit: 's', better: 'lower' },
      { id: 'fold_start_20k_vs_replay', of: 'seconds', unit: 's', better: 'lower', peer: 'a replay' },
    ],
  });
  const [world, last] = await tellTail(large, containers);
  await lab.measure({
    ours: async () => ({ ...(await save(large, world, last)), ...(await start(large, SAVED)) }),
    figures: [
      { id: 'fold_start', of: 'seconds', unit: 's', better: 'lower' },
      { id: 'fold_start_cpu', of: 'cpu', unit: 's', better: 'lower' },
      { id: 'fold_snapshot_save', of: 'save', unit: 's', better: 'lower' },
      { id: 'fold_snapshot_disk', of: 'disk', unit: 'MB', better: 'lower' },
    ],
  });
  for (const { pool } of [small, large]) await pool.end();
};

/** The release whose snapshots there are. */
const SAVED = '1.0.0';
/** Batches that came since a snapshot: as many events as the stride of a small fleet. */
const SINCE = 20;

/** The database holds what a start reads: the last event of the world, and what came after it. */
const tellTail = async (log: ToldLog, containers: number): Promise<readonly [World, BerthEvent]> => {
  let world = emptyWorld;
  let last: BerthEvent | undefined;
  const since: (readonly BerthEvent[])[] = [];
  for (const batch of fleetOf(containers)) {
    since.push(batch);
    const folded = since.length > SINCE ? (since.shift() ?? []) : [];
    world = folded.reduce(evolveWorld, world);
    last = folded.at(-1) ?? last;
  }
  if (!last) throw new Error(`tell of ${containers} containers: they are too few for a snapshot`);
  for (const batch of [[last], ...since]) await log.tell(batch);
  return [world, last];
};

const portsOf = ({ pool }: ToldLog) => {
  const clock = new SystemClock();
  return { clock, ids: new SystemIds(), log: new PostgresEventLog({ pool, clock, report: console.error }), report: console.error };
};

/** From nothing to a world at the head of the log, with the snapshots of this release. */
const start = async (told: ToldLog, release: string | null): Promise<Reading> => {
  const snapshots = release === null ? undefined : new PostgresSnapshots({ pool: told.pool, release });
  const reactor = new Reactor({ ...portsOf(told), snapshots, consumer: 'bench', due: () => [] });
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await reactor.start();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  await reactor.stop();
  return { seconds, cpu: (user + system) / 1e6 };
};

const save = async (told: ToldLog, world: World, last: BerthEvent): Promise<Reading> => {
  await told.pool.query('truncate snapshots cascade');
  const keeper = new WorldKeeper({ ...portsOf(told), snapshots: new PostgresSnapshots({ pool: told.pool, release: SAVED }) });
  const begun = performance.now();
  keeper.consider(world, last);
  await keeper.settled();
  const seconds = (performance.now() - begun) / 1000;
  const { rows } = await told.pool.query<{ bytes: string }>('select sum(length(data)) as bytes from snapshot_parts');
  return { save: seconds, disk: Number(rows[0]?.bytes) / 1e6 };
};
