import { controlVariables, runService } from '#libs/service';
import { layGround } from '#libs/service/control';
import { startScheduler } from './start.ts';

await runService(process, {
  name: 'scheduler',
  variables: controlVariables,
  start: async (given) => {
    const { alive, ...ground } = await layGround(given, { service: 'scheduler', share: 'one active' });
    const { clock, ids, report, patiently } = given;
    return alive(await patiently('the log', () => startScheduler({ ...ground, clock, ids, report })));
  },
});
