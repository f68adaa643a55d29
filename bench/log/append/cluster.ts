import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import pg from 'pg';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';

export interface Cluster {
  /** Of the server; its backends are below it. */
  readonly pid: number;
  /** What runs, for the reader. */
  readonly name: string;
  /** A new, empty database. */
  createDatabase(
    name: string,
  ): Promise<{ readonly config: { readonly host: string; readonly user: string; readonly database: string }; readonly url: string }>;
  stop(): Promise<void>;
}

/** A server with durable commits on a disk, and otherwise as it comes: Debian's 15 where it is installed. */
export const startCluster = async (): Promise<Cluster> => {
  const dir = mkdtempSync('/var/tmp/berth-bench-');
  chmodSync(dir, 0o755);
  const isDebian = existsSync(DEBIAN_15);
  const settings = { fsync: 'on', synchronous_commit: 'on', max_connections: '200', shared_buffers: '256MB', max_wal_size: '4GB' };
  const server = await startEmbeddedPostgres({ dir, settings, ...(isDebian ? { programs: DEBIAN_15 } : {}) });
  return {
    pid: server.pid,
    name: isDebian ? 'PostgreSQL 15' : 'embedded PostgreSQL',
    createDatabase: async (database) => {
      const admin = new pg.Client(server.config);
      await admin.connect();
      await admin.query(`create database ${database}`);
      await admin.end();
      return { config: { ...server.config, database }, url: server.url.replace('@/berth', `@/${database}`) };
    },
    stop: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
