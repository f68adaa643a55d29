import { controlVariables, runService } from '#libs/service';
import { layGround } from '#libs/service/control';
import { dnsVariables } from './settings.ts';
import { startDnsCentral } from './start.ts';

await runService(process, {
  name: 'dns-central',
  variables: { ...controlVariables, ...dnsVariables },
  start: async (given) => {
    const { alive, log, feed, mail, snapshots } = await layGround(given, { service: 'dns-central' });
    const { clock, ids, report, say, patiently } = given;
    const settings = { listen: given.settings.BERTH_DNS_LISTEN, zone: given.settings.BERTH_ZONE };
    const app = await patiently('the log', () => startDnsCentral({ log, feed, mail, snapshots, clock, ids, report, settings }));
    say(`answers on ${app.listen.address}:${app.listen.port}`);
    return alive(app);
  },
});
