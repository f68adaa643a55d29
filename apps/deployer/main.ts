import { controlVariables, runService } from '#libs/service';
import { layGround } from '#libs/service/control';
import { startDeployer } from './start.ts';

await runService(process, {
  name: 'deployer',
  variables: controlVariables,
  start: async (given) => {
    const { alive, ...ground } = await layGround(given, { service: 'deployer' });
    const { clock, ids, report, patiently } = given;
    return alive(await patiently('the log', () => startDeployer({ ...ground, clock, ids, report })));
  },
});
