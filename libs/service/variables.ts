import { z } from 'zod';
import { listenAddress } from '#libs/settings';

/** Where the process says how it is; port 0 takes a free one, which it prints. */
export const healthVariables = { BERTH_HEALTH: listenAddress.prefault('127.0.0.1:0') };

export const brokerVariables = {
  BERTH_AMQP_URL: z.string().regex(/^amqps?:\/\/.+/, 'write it as amqp://user:password@host:port/vhost'),
};

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/.+/, 'write it as postgresql://user:password@host:port/database');

/** Of whoever reads the log. */
export const controlVariables = {
  ...brokerVariables,
  BERTH_DATABASE_URL: databaseUrl,
  /** The folder of the archive, where it is mounted: who has none can't read what left the table. */
  BERTH_ARCHIVE: z.string().min(1).optional(),
};

/** Of whoever makes the tables: the same database as their owner. Without it everything is done as one user. */
export const ownerVariables = {
  BERTH_MIGRATE_DATABASE_URL: databaseUrl.optional(),
  /** Of whoever takes archived rows out of the log; the owner unless told. */
  BERTH_ARCHIVE_DATABASE_URL: databaseUrl.optional(),
};
