import pg from 'pg';
import { DataSource } from 'typeorm';
import { containerRows, deploymentRows, hostRows } from './entities.ts';
import { ReadModel1763700000000 } from './migration.ts';

/** Names the lock under which replicas that start together migrate one after the other. */
const MIGRATING = 7_305_809_001;

/** The read model over a pool that others use too and that outlives it. Its tables are brought to the newest shape. */
export const openDatabase = async (pool: pg.Pool): Promise<DataSource> => {
  const source = new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool: lent(pool) },
    entities: [deploymentRows, containerRows, hostRows],
    migrations: [ReadModel1763700000000],
    migrationsTableName: 'gateway_migrations',
  });
  await source.initialize();
  await migrate(source, pool);
  return source;
};

const migrate = async (source: DataSource, pool: pg.Pool): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    await source.runMigrations();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATING]);
    client.release();
  }
};

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
