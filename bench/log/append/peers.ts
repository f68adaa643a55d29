import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SystemIds } from '#libs/clock';
import { dataOf, ENVELOPE, type Target, TYPE, type Writer } from './writer.ts';

/** Measured and never depended on: they live in a folder of their own. */
const PACKAGES = ['@event-driven-io/emmett-postgresql@0.42.0', '@castore/event-storage-adapter-postgres@2.4.2', '@castore/core@2.4.2'];
const INSTALL_MS = 90_000;

export interface Peers {
  readonly dir: string;
  /** Why they are not there. */
  readonly missing: string | null;
  remove(): void;
}

export const installPeers = (): Peers => {
  const dir = mkdtempSync('/var/tmp/berth-bench-peers-');
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  writeFileSync(`${dir}/package.json`, JSON.stringify({ private: true, type: 'module' }));
  try {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], {
      cwd: dir,
      stdio: 'pipe',
      timeout: INSTALL_MS,
    });
    return { dir, missing: null, remove };
  } catch (cause) {
    return { dir, missing: `npm could not install it: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`, remove };
  }
};

/** What we use of it. */
interface Emmett {
  getPostgreSQLEventStore(url: string): {
    appendToStream(
      stream: string,
      events: readonly { readonly type: string; readonly data: unknown; readonly metadata: unknown }[],
      options: { readonly expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
    ): Promise<unknown>;
    close(): Promise<void>;
    readonly schema: { migrate(): Promise<unknown> };
  };
}

interface Castore {
  PostgresEventStorageAdapter: (new (options: {
    connectionString: string;
  }) => {
    pushEvent(event: Readonly<Record<string, unknown>>, options: { readonly eventStoreId: string }): Promise<unknown>;
  }) & {
    createEventTable(options: { connectionString: string; aggregateId: { type: 'VARCHAR'; length: number } }): Promise<unknown>;
  };
}

const load = <T>(dir: string, name: string): T => createRequire(`${dir}/package.json`)(name) as T;

export const emmettTables = async ({ url, peers }: Target): Promise<void> => {
  const store = load<Emmett>(peers, '@event-driven-io/emmett-postgresql').getPostgreSQLEventStore(url);
  await store.schema.migrate();
  await store.close();
};

/** By its README: a pool of its own, the expected version of the stream told. It orders by transaction and has no chain. */
export const openEmmett = async ({ url, peers }: Target): Promise<Writer> => {
  const store = load<Emmett>(peers, '@event-driven-io/emmett-postgresql').getPostgreSQLEventStore(url);
  const host = new SystemIds().run();
  const stream = `host:${host}`;
  let version = 0;
  return {
    append: async (count) => {
      const events = Array.from({ length: count }, (_, n) => ({ type: TYPE, data: dataOf(host, version + n), metadata: ENVELOPE }));
      await store.appendToStream(stream, events, { expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version) });
      version += count;
    },
    close: () => store.close(),
  };
};

/** Its client finds a unix socket by the environment alone. */
const castoreUrl = ({ config: { host, user, database } }: Target): string => {
  Object.assign(process.env, { PGHOST: host, PGUSER: user });
  return `postgresql:///${database}`;
};

export const castoreTables = async (target: Target): Promise<void> => {
  const { PostgresEventStorageAdapter: Adapter } = load<Castore>(target.peers, '@castore/event-storage-adapter-postgres');
  await Adapter.createEventTable({ connectionString: castoreUrl(target), aggregateId: { type: 'VARCHAR', length: 64 } });
};

/** One event a call: it knows no batch of one aggregate. It has no order over all and no chain. */
export const openCastore = async (target: Target): Promise<Writer> => {
  const { PostgresEventStorageAdapter: Adapter } = load<Castore>(target.peers, '@castore/event-storage-adapter-postgres');
  const adapter = new Adapter({ connectionString: castoreUrl(target) });
  const aggregateId = new SystemIds().run();
  let version = 0;
  return {
    append: async (count) => {
      for (let n = 0; n < count; n++) {
        version += 1;
        const event = { aggregateId, version, type: TYPE, payload: dataOf(aggregateId, version), metadata: ENVELOPE };
        await adapter.pushEvent(event, { eventStoreId: 'hosts' });
      }
    },
    // It has no end; the process ends it.
    close: async () => undefined,
  };
};
