import { controlVariables, runService } from '#libs/service';
import { layGround } from '#libs/service/control';
import { patienceOf, schedulerVariables } from './settings.ts';
import { startScheduler } from './start.ts';

await runService(process, {
  name: 'scheduler',
  variables: { ...controlVariables, ...schedulerVariables },
  start: async (given) => {
    const { alive, ...ground } = await layGround(given, { service: 'scheduler', share: 'one active' });
    const { clock, ids, report, patiently } = given;
    const patience = patienceOf(given.settings);
    return alive(await patiently('the log', () => startScheduler({ ...ground, clock, ids, report, patience })));
  },
});
