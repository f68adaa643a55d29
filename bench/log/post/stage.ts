import { type ChannelModel, connect } from 'amqplib';
import pg from 'pg';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import { migrate, PostgresEventLog } from '#libs/event-log/postgres';
import { startTestBroker, type TestBroker } from '#libs/testing';
import { type Cluster, startCluster } from '../append/cluster.ts';

export const clock = new SystemClock();
export const ids = new SystemIds();
export const report = (problem: string, cause: unknown): void => console.error(problem, cause);

/** A log on PostgreSQL and a RabbitMQ, both with durable data. */
export interface Stage {
  readonly broker: TestBroker;
  readonly config: pg.PoolConfig;
  readonly pool: pg.Pool;
  readonly log: PostgresEventLog;
  /** Bare amqplib. */
  readonly connection: ChannelModel;
  /** Appends so many small events of one stack. */
  append(count: number): Promise<void>;
  close(): Promise<void>;
}

export const openStage = async (name: string): Promise<Stage> => {
  const [cluster, broker]: [Cluster, TestBroker] = await Promise.all([startCluster(), startTestBroker()]);
  const { config } = await cluster.createDatabase(name);
  await migrate(config);
  const pool = new pg.Pool({ ...config, max: 10 });
  const log = new PostgresEventLog({ pool, clock, report });
  await log.start();
  const connection = await connect(broker.url);
  const appended = appender(log, (await log.head()).incarnation);
  return {
    ...{ broker, config, pool, log, connection },
    append: async (count) => {
      for (let left = count; left > 0; left -= BATCH) await appended(Math.min(left, BATCH));
    },
    close: async () => {
      await connection.close();
      await log.close();
      await pool.end();
      await Promise.all([cluster.stop(), broker.stop()]);
    },
  };
};

const BATCH = 500;

/** Small events of one stack, which only this appends to. */
const appender = (log: PostgresEventLog, incarnation: number) => {
  let version = 0;
  return async (count: number): Promise<void> => {
    const events = Array.from({ length: count }, (_, index) => ({
      stream: 'stack/shop',
      event: {
        ...{ id: ids.event(), type: 'VersionRetired', data: { stack: 'shop', version: version + index + 1 } },
        ...{ actor: 'deployer', correlation: 'bench', causation: null },
      } as AnyNewEvent,
    }));
    const [result] = await log.append([{ incarnation, expected: { 'stack/shop': version }, events }]);
    if (result?.status !== 'appended') throw new Error(`append: ${JSON.stringify(result)}`);
    version += count;
  };
};

/** `rate`: events a second; `cpu`: microseconds of this process per event. */
export const timed = async (events: number, work: () => Promise<void>): Promise<{ readonly rate: number; readonly cpu: number }> => {
  const used = process.cpuUsage();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  return { rate: events / seconds, cpu: (user + system) / events };
};
