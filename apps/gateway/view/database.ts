import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrate } from '#libs/event-log/postgres';
import { History1763807000000 } from '../history/migration.ts';
import { containerRows, deploymentRows, fleetRows, groupRows, hostRows, parkRows, scaledRows, silenceRows } from './entities.ts';
import { Hosts1764070000000 } from './hosts.migration.ts';
import { ReadModel1763700000000 } from './migration.ts';
import { Parks1763804000000 } from './parks.migration.ts';
import { RefusedReports1763808100000 } from './refused-reports.migration.ts';
import { Scaled1764072000000 } from './scaled.migration.ts';
import { TimeLeft1764095000000 } from './time-left.migration.ts';

const MIGRATIONS = [
  ReadModel1763700000000,
  Parks1763804000000,
  RefusedReports1763808100000,
  Hosts1764070000000,
  Scaled1764072000000,
  TimeLeft1764095000000,
];

/** The read model over a pool that others use too and that outlives it. Its tables are brought to their newest form by their owner. */
export const openDatabase = async (pool: pg.Pool, owner: pg.PoolConfig = configOf(pool)): Promise<DataSource> => {
  await migrate(owner, { name: 'gateway', migrations: MIGRATIONS });
  await migrate(owner, { name: 'gateway_history', migrations: [History1763807000000] });
  const source = new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool: lent(pool) },
    entities: [deploymentRows, containerRows, hostRows, groupRows, fleetRows, parkRows, scaledRows, silenceRows],
  });
  return source.initialize();
};

/** A pool hides its password from whoever copies its options. */
export const configOf = ({ options }: pg.Pool): pg.PoolConfig => ({
  ...options,
  ...(options.password === undefined ? {} : { password: options.password }),
});

/** What typeorm makes with `new` and ends when it is done: here it gets the pool that is there, and its end is not the pool's. */
const lent = (pool: pg.Pool): unknown => {
  function Lent(): pg.Pool {
    return new Proxy(pool, { get: (target, key) => (key === 'end' ? endNothing : bound(target, key)) });
  }
  return Lent;
};

const endNothing = (done: () => void): void => done();

const bound = (pool: pg.Pool, key: string | symbol): unknown => {
  const member: unknown = Reflect.get(pool, key, pool);
  return typeof member === 'function' ? member.bind(pool) : member;
};
