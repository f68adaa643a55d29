import pg from 'pg';
import { SystemClock } from '#libs/clock';
import type { EventQuery } from '#libs/event-log';
import { mentionsView, migrate, PostgresEventLog } from '#libs/event-log/postgres';
import { ViewRunner } from '#libs/event-log/views';
import type { Lab } from '../lab.ts';
import { quantile, type Reading } from '../line.ts';
import { type Cluster, startCluster } from './append/cluster.ts';
import { containerOf, correlationOf, fillLog, hostOf, idOf, stackOf } from './query/long-log.ts';

const SHORT = 10_000;
/** Of each question in a slice. */
const TIMES = 100;

/** The newest 100 events of whatever is asked for, from anywhere in a long log and in a short one; how fast the index of mentions is made. */
export const bench = async (lab: Lab): Promise<void> => {
  const cluster = await startCluster();
  const long = await filled(cluster, 'query_long', lab.isQuick ? 500_000 : 5_000_000);
  const short = await filled(cluster, 'query_short', SHORT);
  try {
    await lab.measure({
      ours: () => ask(long, ['stack']),
      peers: { 'a log of 10 thousand': () => ask(short, ['stack']) },
      figures: [
        { id: 'query_stack_p99', of: 'stack', unit: 'ms', better: 'lower' },
        { id: 'query_stack_p99_vs_10k', of: 'stack', unit: 'ms', better: 'lower', peer: 'a log of 10 thousand' },
      ],
    });
    const others = Object.keys(questions).filter((name) => name !== 'stack');
    await lab.measure({
      ours: () => ask(long, others),
      figures: others.map((name) => ({ id: `query_${name}_p99`, of: name, unit: 'ms', better: 'lower' as const })),
    });
    await lab.measure({
      ours: () => rebuild(short),
      figures: [{ id: 'query_index_rebuild', of: 'rate', unit: 'events/s', better: 'higher' }],
    });
  } finally {
    for (const { pool } of [long, short]) await pool.end();
    await cluster.stop();
  }
};

interface Filled {
  readonly pool: pg.Pool;
  readonly log: PostgresEventLog;
  readonly events: number;
}

const filled = async (cluster: Cluster, name: string, events: number): Promise<Filled> => {
  const { config } = await cluster.createDatabase(name);
  await migrate(config);
  const pool = new pg.Pool({ ...config, max: 2 });
  await fillLog(pool, events);
  return { pool, log: new PostgresEventLog({ pool, clock: new SystemClock(), report: console.error }), events };
};

/** By name, of a number that was drawn. */
const questions: Readonly<Record<string, (n: number) => EventQuery>> = {
  stack: (n) => ({ stack: stackOf(n) }),
  type: () => ({ type: 'VersionRetired' }),
  types: () => ({ type: ['VersionRetired', 'ContainerStopped'] }),
  stream: () => ({ stream: 'fleet' }),
  host: (n) => ({ host: hostOf(n) }),
  container: (n) => ({ container: containerOf(n) }),
  actor: () => ({ actor: 'deployer' }),
  correlation: (n) => ({ correlation: correlationOf(n) }),
  causation: (n) => ({ causation: idOf(n - (n % 40)) }),
  time: (n) => ({ from: n * 10, until: n * 10 + 60_000 }),
  mixed: (n) => ({ stack: stackOf(n), type: ['VersionRetired', 'ContainerStopped'], host: hostOf(n), from: n * 5 }),
};

/** Half of them from the head, half from anywhere. Milliseconds, by the question's name. */
const ask = async ({ log, events }: Filled, names: readonly string[]): Promise<Reading> => {
  const readings: Record<string, number> = {};
  for (const name of names) {
    const times: number[] = [];
    for (let nth = 0; nth < TIMES; nth++) {
      const n = 1 + Math.floor(Math.random() * events);
      const query = { ...questions[name]?.(n), order: 'newest' as const, ...(nth % 2 ? { before: Math.max(n, events / 2) } : {}) };
      const begun = performance.now();
      await log.read(query);
      times.push(performance.now() - begun);
    }
    readings[name] = quantile(times, 0.99);
  }
  return readings;
};

const rebuild = async ({ pool, log, events }: Filled): Promise<Reading> => {
  await pool.query(`truncate mentions; delete from checkpoints where consumer = 'view:mentions-1'`);
  const begun = performance.now();
  await new ViewRunner({ pool, log, view: mentionsView }).start();
  return { rate: (events / (performance.now() - begun)) * 1000 };
};
