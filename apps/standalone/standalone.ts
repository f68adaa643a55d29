import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { SystemClock, SystemIds } from '#libs/clock';
import { startEmbeddedPostgres } from '#libs/event-log/embedded';
import { migrate, PostgresAttachments, PostgresEventLog, PostgresSeals } from '#libs/event-log/postgres';
import { startDeployer } from '../deployer/start.ts';
import { startDnsCentral } from '../dns-central/start.ts';
import { startGateway } from '../gateway/start.ts';
import { NginxProxy } from '../host-agent/nginx/nginx-proxy.ts';
import { ResolverClient } from '../host-agent/resolver/resolver-client.ts';
import { startHostAgent } from '../host-agent/start.ts';
import { startProxyConfigurator } from '../proxy-configurator/start.ts';
import { startScheduler } from '../scheduler/start.ts';
import { lockHome, prepareHome, readOrCreateToken } from './home.ts';
import { RELEASE } from './release.ts';
import type { StandaloneSettings } from './settings.ts';

export type Report = (problem: string, cause: unknown) => void;

interface Closable {
  close(): Promise<void>;
}

/**
 * All services in one process over an embedded database, in-process feed and in-process mail. Nginx and the resolver are
 * processes of their own and live on when this ends.
 */
export const startStandalone = async (settings: StandaloneSettings, report: Report): Promise<Closable & { readonly url: string }> => {
  const opened: Closable[] = [];
  const close = async (): Promise<void> => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    return { url: await openAll(settings, report, (part) => opened.push(part)), close };
  } catch (cause) {
    await close();
    throw cause;
  }
};

const openAll = async (settings: StandaloneSettings, report: Report, opened: (part: Closable) => void): Promise<string> => {
  const { home, zone } = settings;
  const clock = new SystemClock();
  const ids = new SystemIds();
  prepareHome(home);
  opened(await lockHome(home));
  const token = readOrCreateToken(settings.tokenFile, ids);

  const database = await startEmbeddedPostgres({ dir: join(home, 'postgres'), report });
  opened({ close: () => database.stop() });
  await migrate(database.config);
  const pool = new pg.Pool({ ...database.config, max: 10 });
  pool.on('error', (cause) => report('idle database connection', cause));
  opened({ close: () => pool.end() });
  const log = new PostgresEventLog({ pool, clock, report });
  await log.start();
  opened(log);

  const feed = new InProcessFeed(log, clock, report);
  const mail = new InProcessMail(report);
  const seals = new PostgresSeals({ pool, ids });
  const attachments = new PostgresAttachments({ pool, clock });
  const ports = { log, feed, mail, clock, ids, report };

  const listen = settings.listen;
  const gateway = await startGateway({ ...ports, seals, attachments, pool, settings: { listen, token, version: RELEASE } });
  opened(gateway);
  opened(await startScheduler({ ...ports, seals, attachments }));
  opened(await startDeployer(ports));
  opened(await startProxyConfigurator(ports));
  opened(await startDnsCentral({ ...ports, settings: { listen: settings.dnsListen, zone } }));
  opened(await startHostAgent({ ...ports, ...hands(settings, { clock, report }), settings: agentSettings(settings) }));
  return gateway.url;
};

const hands = ({ home, zone, pool }: StandaloneSettings, { clock, report }: { clock: SystemClock; report: Report }) => ({
  proxy: new NginxProxy({ home, clock, report }),
  resolver: new ResolverClient({ home, zone, pool, clock, release: RELEASE, command: resolverCommand() }),
});

const agentSettings = ({ home, host, tags, engine, pool, bridge, zone }: StandaloneSettings) => ({
  home,
  host,
  tags,
  engineSocket: engine,
  pool,
  bridge,
  zone,
  proxy: true,
});

/** The resolver beside this file, compiled or as source. */
const resolverCommand = (): readonly string[] => {
  const main = join(dirname(fileURLToPath(import.meta.url)), '../host-agent/resolver/main');
  return [process.execPath, ...process.execArgv, existsSync(`${main}.js`) ? `${main}.js` : `${main}.ts`];
};
