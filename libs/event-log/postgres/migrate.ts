import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { failureOf } from './failures.ts';
import { Log1763683200000 } from './migrations/1763683200000-log.ts';
import { Leases1763730000000 } from './migrations/1763730000000-leases.ts';
import { Platform1763740000000 } from './migrations/1763740000000-platform.ts';
import { Incarnation1763802000000 } from './migrations/1763802000000-incarnation.ts';
import { Listening1763804000000 } from './migrations/1763804000000-listening.ts';
import { Asking1763806000000 } from './migrations/1763806000000-asking.ts';
import { Snapshots1764030000000 } from './migrations/1764030000000-snapshots.ts';
import { Archive1764080000000 } from './migrations/1764080000000-archive.ts';
import { Replicas1764080100000 } from './migrations/1764080100000-replicas.ts';
import { Columns1764090000000 } from './migrations/1764090000000-columns.ts';
import { Words1764092000000 } from './migrations/1764092000000-words.ts';
import { grantRights, makeRoles, ROLES } from './roles.ts';

/** Tables that belong together. An app with tables of its own (a view) names its own set. */
export interface MigrationSet {
  /** Of the table that remembers which of them ran. */
  readonly name: string;
  /** Classes whose names end in the milliseconds since 1970 at which they were written: that is their order. */
  readonly migrations: readonly (new () => MigrationInterface)[];
}

const LOG: MigrationSet = {
  name: 'log',
  migrations: [
    Log1763683200000,
    Leases1763730000000,
    Platform1763740000000,
    Incarnation1763802000000,
    Listening1763804000000,
    Asking1763806000000,
    Snapshots1764030000000,
    Archive1764080000000,
    Replicas1764080100000,
    Columns1764090000000,
    Words1764092000000,
  ],
};

/** One lock for all sets: the second of two programs that start at once waits, and then finds everything done. */
const LOCK = 0x62657274;

/**
 * Brings the tables of a set to their newest form: those of the log unless told. Safe to call at every start, by any number of programs.
 * By their owner; a superuser makes the users of the database too, and the tables become `berth_migrate`'s.
 */
export const migrate = async (config: pg.PoolConfig, set: MigrationSet = LOG): Promise<void> => {
  const guard = new pg.Client(config);
  try {
    await guard.connect();
    await guard.query('select pg_advisory_lock($1)', [LOCK]);
    const isSuperuser = await makeRoles(guard);
    const owner = isSuperuser ? { ...config, options: `${config.options ?? ''} -c role=${ROLES.migrate}`.trim() } : config;
    await run(owner, set);
    await grantRights(guard);
  } catch (cause) {
    throw failureOf(`migrate tables of ${set.name}`, cause);
  } finally {
    await guard.end();
  }
};

/** Whether the tables of a set have their newest form. Throws `Transient` when the database can't be reached. */
export const isMigrated = async (pool: pg.Pool, { name, migrations }: MigrationSet = LOG): Promise<boolean> => {
  try {
    const { rows } = await pool.query<{ name: string }>(`select name from migrations_${name}`);
    const known = new Set(rows.map((row) => row.name));
    return migrations.every((migration) => known.has(migration.name));
  } catch (cause) {
    if (NOT_YET.includes((cause as { code?: string }).code ?? '')) return false;
    throw failureOf(`look for tables of ${name}`, cause);
  }
};

/** There is no such table; it was made in this moment, and rights on it come next. */
const NOT_YET = ['42P01', '42501'];

const run = async (config: pg.PoolConfig, { name, migrations }: MigrationSet): Promise<void> => {
  // All of pg's own settings hold for typeorm too: unix sockets, certificates, time limits.
  const Pool = class extends pg.Pool {
    constructor() {
      super({ ...config, max: 1 });
    }
  };
  const source = new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool },
    migrations: [...migrations],
    migrationsTableName: `migrations_${name}`,
    migrationsTransactionMode: 'all',
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
};
