import { join } from 'node:path';
import pg from 'pg';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { SystemClock, SystemIds } from '#libs/clock';
import { archiveIn } from '#libs/event-log/archive';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';
import {
  asRole,
  migrate,
  PostgresAttachments,
  PostgresBeats,
  PostgresEventLog,
  PostgresSeals,
  PostgresSnapshots,
} from '#libs/event-log/postgres';
import { type Closable, Opened, RELEASE, type Running } from '#libs/service';
import { startDeployer } from '../deployer/start.ts';
import { startDnsCentral } from '../dns-central/start.ts';
import { startGateway } from '../gateway/start.ts';
import { readToken } from '../gateway/token.ts';
import { handsOf } from '../host-agent/hands.ts';
import { lockHome, prepareHome } from '../host-agent/home.ts';
import { startHostAgent } from '../host-agent/start.ts';
import { startProxyConfigurator } from '../proxy-configurator/start.ts';
import { startScheduler } from '../scheduler/start.ts';
import type { StandaloneSettings } from './settings.ts';

export type Report = (problem: string, cause: unknown) => void;

/**
 * All services in one process over an embedded database, in-process feed and in-process mail. Nginx and the resolver are
 * processes of their own and live on when this ends.
 */
export const startStandalone = async (settings: StandaloneSettings, report: Report): Promise<Closable & { readonly url: string }> => {
  const opened = new Opened();
  try {
    return { url: await openAll(settings, report, (part) => opened.push(part)), close: () => opened.close() };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
};

/** A database that hangs holds nobody for ever: the query fails as one that may be tried again. */
const QUERY_MS = 10_000;

const openAll = async (settings: StandaloneSettings, report: Report, opened: (part: Closable) => void): Promise<string> => {
  const { home, agent } = settings;
  const clock = new SystemClock();
  const ids = new SystemIds();
  prepareHome(home);
  opened(await lockHome(home));
  const token = readToken(settings.tokenFile, home, ids);

  const database = await startEmbeddedPostgres({ dir: join(home, 'postgres'), report });
  opened({ close: () => database.stop() });
  await migrate(database.config);
  const archive = archiveIn(settings.archive);
  const pool = new pg.Pool({ ...asRole(database.config, 'append'), query_timeout: QUERY_MS, max: 10 });
  pool.on('error', (cause) => report('idle database connection', cause));
  opened({ close: () => pool.end() });
  const log = new PostgresEventLog({ pool, clock, report, archive });
  await log.start();
  opened(log);

  const feed = new InProcessFeed(log, clock, report);
  const mail = new InProcessMail(report);
  const seals = new PostgresSeals({ pool, ids });
  const attachments = new PostgresAttachments({ pool, clock });
  const beats = new PostgresBeats(pool);
  const ports = { log, feed, mail, clock, ids, report };
  const snapshots = new PostgresSnapshots({ pool, release: RELEASE });

  const listen = settings.listen;
  const settingsOfGateway = { listen, token, version: RELEASE };
  const archiving = { owner: database.config, archivist: asRole(database.config, 'archive'), archive };
  const beside: Record<string, Running> = {};
  const runs = async (name: string, starting: Promise<Running>): Promise<void> => {
    const running = await starting;
    opened(running);
    beside[name] = running;
  };
  const parts = { seals, attachments, snapshots, pool, ...archiving, beside: () => beside };
  const gateway = await startGateway({ ...ports, ...parts, settings: settingsOfGateway });
  opened(gateway);
  await runs('scheduler', startScheduler({ ...ports, snapshots, beats, seals, attachments, patience: settings.patience }));
  await runs('deployer', startDeployer({ ...ports, snapshots, beats }));
  await runs('proxy-configurator', startProxyConfigurator({ ...ports, snapshots }));
  const settingsOfDns = { listen: settings.dnsListen, zone: agent.zone };
  await runs('dns-central', startDnsCentral({ ...ports, snapshots, settings: settingsOfDns }));
  const node = [process.execPath, ...process.execArgv];
  opened(await startHostAgent({ ...ports, ...handsOf({ settings: agent, clock, report, node }), settings: agent }));
  return gateway.url;
};
