import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { backUp, startEmbeddedPostgres } from '#libs/event-log/embedded';
import { Address } from './address.ts';

type Server = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

/** Debian's: the embedded one has no `pg_basebackup`. */
const PROGRAMS = '/usr/lib/postgresql/15/bin';

/** PostgreSQL servers that stand for one another behind one address: primaries, standbys, restored backups. */
export class Servers {
  readonly #dir: string;
  readonly #address: Address;
  readonly #running = new Set<Server>();

  private constructor(dir: string, address: Address) {
    this.#dir = dir;
    this.#address = address;
  }

  static get areInstalled(): boolean {
    return existsSync(PROGRAMS);
  }

  static async open(): Promise<Servers> {
    const dir = mkdtempSync('/tmp/berth-fo-');
    chmodSync(dir, 0o755);
    return new Servers(dir, await Address.listen(join(dir, 'at')));
  }

  /** What a client is told: it never changes. */
  get config(): pg.PoolConfig & { readonly host: string } {
    return { host: join(this.#dir, 'at'), database: 'berth', user: 'berth' };
  }

  get url(): string {
    return `postgresql://berth@/berth?host=${encodeURIComponent(this.config.host)}`;
  }

  async start(name: string): Promise<Server> {
    const server = await startEmbeddedPostgres({
      dir: join(this.#dir, name),
      programs: PROGRAMS,
      settings: { max_connections: '300', wal_receiver_timeout: '5s' },
    });
    this.#running.add(server);
    return server;
  }

  /** A copy that follows the server by streaming, as it is after this. */
  async startStandby(primary: Server, name: string): Promise<Server> {
    this.copy(primary, name, true);
    return this.start(name);
  }

  /** A copy that `start` starts. */
  copy(server: Server, name: string, isStandby = false): void {
    backUp(server, { dir: join(this.#dir, name), programs: PROGRAMS, isStandby });
  }

  /** Where the folder of a server's data is. */
  dataOf(name: string): string {
    return join(this.#dir, name, 'data');
  }

  pointTo(server: Server): void {
    this.#address.pointTo(server.config.host);
  }

  async stop(server: Server): Promise<void> {
    this.#running.delete(server);
    await server.stop();
  }

  /** The machine of the primary is lost; the standby takes over, and is found where the primary was. */
  async failOver(primary: Server, standby: Server): Promise<void> {
    process.kill(primary.pid, 'SIGKILL');
    this.pointTo(standby);
    await this.ask(standby, 'alter system reset synchronous_standby_names', 'select pg_reload_conf()', 'select pg_promote()');
  }

  async ask(server: Server, ...statements: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(server.config);
    await client.connect();
    try {
      let rows: readonly Record<string, unknown>[] = [];
      for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await this.#address.close();
    await Promise.all([...this.#running].map((server) => server.stop()));
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
