import type { HostId } from '#libs/contracts';
import { feedContract } from '../feed.contract.ts';
import { mailContract } from '../mail.contract.ts';
import { useRabbit } from '../test-stage/rabbit.ts';
import { agentPermissions } from './index.ts';

const rabbit = useRabbit();

/** As between replicas of one release, and as long as another one is there. */
for (const [name, isPacked] of [
  ['RabbitMQ', true],
  ['RabbitMQ, event by event', false],
] as const)
  feedContract(name, async () => {
    const bus = await rabbit.open('reader');
    const relay = await rabbit.open('relay', undefined, { mayPack: () => isPacked });
    const log = rabbit.log();
    return {
      feed: bus.feed,
      append: async (count) => {
        const events = await log.append(count);
        await relay.publisher.publish(events);
        return events.at(-1)?.position ?? 0;
      },
      close: async () => undefined,
    };
  });

let agentUrl: string | undefined;
mailContract('RabbitMQ', async () => {
  const service = await rabbit.open('scheduler');
  agentUrl ??= await rabbit.broker.addUser('host-main', 'secret', agentPermissions('main' as HostId));
  const agent = await rabbit.open('host-agent', agentUrl);
  return { service: service.mail, agent: agent.mail, close: async () => undefined };
});
