import { openAmqpBus } from '#libs/bus/amqp';
import { brokerVariables, runService } from '#libs/service';
import { handsOf } from './hands.ts';
import { lockHome, prepareHome } from './home.ts';
import { agentSettings, agentVariables } from './settings.ts';
import { startHostAgent } from './start.ts';

await runService(process, {
  name: 'host-agent',
  variables: { ...brokerVariables, ...agentVariables },
  start: async ({ settings: read, clock, ids, replica, report, patiently, opened }) => {
    const settings = agentSettings(read);
    prepareHome(settings.home);
    opened.push(await lockHome(settings.home));
    const bus = await openAmqpBus({ url: read.BERTH_AMQP_URL, service: 'host-agent', replica, clock, report });
    opened.push(bus);
    const hands = handsOf({ settings, clock, report, node: [process.execPath, ...process.execArgv] });
    const agent = await patiently('the engine', () => startHostAgent({ mail: bus.mail, clock, ids, report, settings, ...hands }));
    return { close: () => agent.close(), hindrance: async () => (bus.isConnected() ? null : 'the broker is away') };
  },
});
