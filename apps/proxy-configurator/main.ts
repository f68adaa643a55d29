import { controlVariables, runService } from '#libs/service';
import { layGround } from '#libs/service/control';
import { startProxyConfigurator } from './start.ts';

await runService(process, {
  name: 'proxy-configurator',
  variables: controlVariables,
  start: async (given) => {
    const { alive, ...ground } = await layGround(given, { service: 'proxy-configurator' });
    const { clock, ids, report, patiently } = given;
    return alive(await patiently('the log', () => startProxyConfigurator({ ...ground, clock, ids, report })));
  },
});
