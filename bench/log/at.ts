import pg from 'pg';
import { SystemClock } from '#libs/clock';
import type { StackName } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import { migrate } from '#libs/event-log/postgres';
import { ViewRunner } from '#libs/event-log/views';
import { psOf } from '../../apps/gateway/history/answers.ts';
import { historyView } from '../../apps/gateway/history/history-view.ts';
import { History1763807000000 } from '../../apps/gateway/history/migration.ts';
import { Past } from '../../apps/gateway/history/past.ts';
import type { Lab } from '../lab.ts';
import { quantile, type Reading } from '../line.ts';
import { type Cluster, startCluster } from './append/cluster.ts';
import { fillHistory } from './at/long.ts';
import { storyOf, Told } from './at/told.ts';

const SHORT = 10_000;
const QUESTIONS = 300;

/** `at` of one stack at any position of a long log and of a short one; how fast the view is made, and how large it is. */
export const bench = async (lab: Lab): Promise<void> => {
  const cluster = await startCluster();
  try {
    await ask(lab, cluster);
    await rebuild(lab, cluster);
  } finally {
    await cluster.stop();
  }
};

const ask = async (lab: Lab, cluster: Cluster): Promise<void> => {
  const long = await filled(cluster, 'at_long', lab.isQuick ? 500_000 : 5_000_000);
  const short = await filled(cluster, 'at_short', SHORT);
  await lab.measure({
    ours: () => askOf(long),
    peers: { 'a log of 10 thousand': () => askOf(short) },
    figures: [
      { id: 'at_p99', of: 'p99', unit: 'ms', better: 'lower' },
      { id: 'at_p99_vs_10k', of: 'p99', unit: 'ms', better: 'lower', peer: 'a log of 10 thousand' },
    ],
  });
  for (const { pool } of [long, short]) await pool.end();
};

interface Filled {
  readonly pool: pg.Pool;
  readonly past: Past;
  readonly events: number;
}

const filled = async (cluster: Cluster, name: string, events: number): Promise<Filled> => {
  const pool = await openTables(cluster, name);
  await fillHistory(pool, events);
  const past = pastOf(pool, new Told([], events));
  await past.head();
  return { pool, past, events };
};

const pastOf = (pool: pg.Pool, log: EventLog): Past =>
  new Past({ log, clock: new SystemClock(), pool, runner: new ViewRunner({ pool, log, view: historyView }), report: console.error });

const openTables = async (cluster: Cluster, name: string): Promise<pg.Pool> => {
  const { config } = await cluster.createDatabase(name);
  await migrate(config);
  await migrate(config, { name: 'gateway_history', migrations: [History1763807000000] });
  return new pg.Pool({ ...config, max: 2 });
};

const askOf = async ({ past, events }: Filled): Promise<Reading> => {
  const times: number[] = [];
  for (let nth = 0; nth < QUESTIONS; nth++) {
    const begun = performance.now();
    const found = psOf(await past.stateAt('shop' as StackName, 300 + Math.floor(Math.random() * (events - 300))));
    times.push(performance.now() - begun);
    if (found.length < 40) throw new Error(`ask for the past: ${found.length} containers were there`);
  }
  return { p99: quantile(times, 0.99) };
};

let databases = 0;

const rebuild = async (lab: Lab, cluster: Cluster): Promise<void> => {
  const events = storyOf(lab.isQuick ? 5000 : 20_000);
  const made = async (): Promise<Reading> => {
    const pool = await openTables(cluster, `at_made_${++databases}`);
    const runner = new ViewRunner({ pool, log: new Told(events), view: historyView });
    const begun = performance.now();
    await runner.start();
    const seconds = (performance.now() - begun) / 1000;
    const { rows } = await pool.query<{ bytes: string }>(SIZE);
    await pool.end();
    return { rate: events.length / seconds, disk: Number(rows[0]?.bytes) / events.length };
  };
  await lab.measure({
    ours: made,
    figures: [
      { id: 'history_rebuild', of: 'rate', unit: 'events/s', better: 'higher' },
      { id: 'history_disk', of: 'disk', unit: 'MB/million events', better: 'lower' },
    ],
  });
};

const SIZE = `
select sum(pg_total_relation_size(name::regclass)) as bytes from unnest(array['history_pieces', 'history_names', 'history_times']) name`;
