import pg from 'pg';
import type { Share } from '#libs/bus';
import { type AmqpBus, openAmqpBus } from '#libs/bus/amqp';
import { editions, Transient } from '#libs/contracts';
import type { Attachments, Chained, EventLog, Seals, Snapshots } from '#libs/event-log';
import { type ArchiveFiles, archiveIn } from '#libs/event-log/archive';
import type { Beats } from '#libs/event-log/listening';
import {
  isMigrated,
  migrate,
  PostgresAttachments,
  PostgresBeats,
  PostgresEventLog,
  PostgresLeases,
  PostgresReplicas,
  PostgresSeals,
  PostgresSnapshots,
} from '#libs/event-log/postgres';
import { LeasedMembers } from '#libs/event-log/relay';
import { type Alive, type Given, RELEASE, type Running } from '#libs/service';
import { Presence } from './presence.ts';

interface GroundSettings {
  readonly BERTH_DATABASE_URL: string;
  readonly BERTH_AMQP_URL: string;
  readonly BERTH_MIGRATE_DATABASE_URL?: string | undefined;
  readonly BERTH_ARCHIVE_DATABASE_URL?: string | undefined;
  readonly BERTH_ARCHIVE?: string | undefined;
}

/** What a control service stands on: the log in PostgreSQL and the post by RabbitMQ. */
export interface Ground extends Pick<AmqpBus, 'feed' | 'mail' | 'turns' | 'publisher' | 'requests' | 'deadLetters'> {
  readonly pool: pg.Pool;
  /** The database as the owner of its tables. */
  readonly owner: pg.PoolConfig;
  /** The same as who may take archived rows out of the log. */
  readonly archivist: pg.PoolConfig;
  readonly archive: ArchiveFiles;
  readonly log: EventLog & Chained;
  readonly beats: Beats;
  readonly seals: Seals;
  readonly attachments: Attachments;
  readonly snapshots: Snapshots;
  /** The app on this ground, as a process shows itself. */
  readonly alive: (app: Running) => Alive;
}

export interface GroundOptions {
  /** Names queues, and whoever looks at connections of the database. */
  readonly service: string;
  /** How its replicas share the turns: `evenly` unless told. */
  readonly share?: Share;
  /** Makes the log's tables, and what all share at the broker; who does not, waits for them. */
  readonly migrates?: boolean;
}

/** Further behind the log than this, a service does its work too late to be of use. */
const READY_LAG = 1000;
const CONNECT_MS = 5000;
/**
 * A server that hangs holds nobody for ever: the query fails as one that may be tried again. A client that hangs inside a transaction loses it,
 * so that it holds nobody either.
 */
const LIMITS = { query_timeout: 10_000, idle_in_transaction_session_timeout: 1000 };

/** Waits for the database and its tables; the broker may come later. All of it is given to `opened`. */
export const layGround = async (
  given: Given<GroundSettings>,
  { service, migrates = false, share = 'evenly' }: GroundOptions,
): Promise<Ground> => {
  const { settings, clock, ids, replica, report, opened, patiently } = given;
  const config = {
    connectionString: settings.BERTH_DATABASE_URL,
    application_name: `berth-${service}`,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  };
  const owner = { ...config, connectionString: settings.BERTH_MIGRATE_DATABASE_URL ?? settings.BERTH_DATABASE_URL };
  const archivist = { ...config, connectionString: settings.BERTH_ARCHIVE_DATABASE_URL ?? owner.connectionString };
  const archive = archiveIn(settings.BERTH_ARCHIVE);
  const pool = new pg.Pool({ ...config, ...LIMITS, max: 10 });
  pool.on('error', (cause) => report('idle database connection', cause));
  opened.push({ close: () => pool.end() });
  await patiently('the database', () => (migrates ? migrate(owner) : awaitTables(pool)));
  const log = new PostgresEventLog({ pool, clock, report, archive });
  opened.push(log);
  await patiently('the database', () => log.start());
  const self = { service, replica, release: RELEASE, reads: editions.newestFormat };
  const presence = new Presence({ replicas: new PostgresReplicas(pool), self, clock, report });
  opened.push(presence);
  await patiently('the database', () => presence.begin());
  const sharing = { members: new LeasedMembers(new PostgresLeases(pool)), share };
  const mayPack = (): boolean => presence.isOneRelease;
  const bus = await openAmqpBus({
    url: settings.BERTH_AMQP_URL,
    service,
    replica,
    sharing,
    makesTopology: migrates,
    mayPack,
    clock,
    report,
  });
  opened.push(bus);
  const { feed, mail, turns, publisher, requests, deadLetters } = bus;
  const alive = (app: Running): Alive => ({
    hindrance: () => hindranceOf(app, log, bus),
    figures: async () => ({ position: app.position(), remarks: app.remarks?.() ?? [], lanes: bus.lanes(), post: bus.counts() }),
    close: () => app.close(),
  });
  const beside = {
    beats: new PostgresBeats(pool),
    seals: new PostgresSeals({ pool, ids }),
    attachments: new PostgresAttachments({ pool, clock }),
    snapshots: new PostgresSnapshots({ pool, release: RELEASE }),
  };
  return { pool, owner, archivist, archive, log, ...beside, feed, mail, turns, publisher, requests, deadLetters, alive };
};

const awaitTables = async (pool: pg.Pool): Promise<void> => {
  if (!(await isMigrated(pool))) throw new Transient('its tables are not made yet; a gateway makes them');
};

const hindranceOf = async (app: Running, log: PostgresEventLog, bus: AmqpBus): Promise<string | null> => {
  if (!bus.isConnected()) return 'the broker is away';
  const hindrance = app.hindrance?.() ?? null;
  if (hindrance !== null) return hindrance;
  const trouble = await log.hindrance();
  if (trouble !== null) return trouble;
  const { position } = await log.head();
  const lag = position - app.position();
  return lag > READY_LAG ? `it is ${lag} events behind the log` : null;
};
