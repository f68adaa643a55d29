import { PostgresLeases } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';
import { controlVariables, ownerVariables, RELEASE, runService } from '#libs/service';
import { layGround } from '#libs/service/control';
import { Access } from './access/access.ts';
import { readAccessFile } from './access/read-access.ts';
import { gatewayVariables, tokenPlace } from './settings.ts';
import { startGateway } from './start.ts';
import { readToken } from './token.ts';

await runService(process, {
  name: 'gateway',
  variables: { ...controlVariables, ...ownerVariables, ...gatewayVariables },
  start: async (given) => {
    const { settings: read, clock, ids, report, say, patiently, opened } = given;
    const { home, file } = tokenPlace(read);
    const settings = {
      listen: read.BERTH_LISTEN,
      token: readToken(file, home, ids),
      version: RELEASE,
      webhookAllow: read.BERTH_WEBHOOK_ALLOW,
    };
    const access = read.BERTH_ACCESS_FILE === undefined ? new Access() : readAccessFile(read.BERTH_ACCESS_FILE);
    const { alive, publisher, ...ground } = await layGround(given, { service: 'gateway', migrates: true });
    const relay = startRelay({ log: ground.log, leases: new PostgresLeases(ground.pool), publisher, clock, ids, report });
    opened.push(relay);
    const app = await patiently('the log', () => startGateway({ ...ground, access, clock, ids, report, settings }));
    say(`listens on ${app.url}`);
    const shown = alive(app);
    const figures = async () => {
      const [common, lag, deadLetters] = await Promise.all([shown.figures?.(), relay.lag(), app.deadLetters()]);
      return { ...common, relay: lag, deadLetters };
    };
    return { ...shown, figures };
  },
});
