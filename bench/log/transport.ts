import type { Channel } from 'amqplib';
import type { Turn } from '#libs/bus';
import { openAmqpBus } from '#libs/bus/amqp';
import { laneOf, type StackName } from '#libs/contracts';
import { laneKeys, turnOptions, turnQueue } from '../../libs/bus/amqp/topology.ts';
import type { Lab } from '../lab.ts';
import { clock, ids, openStage, report, timed } from './post/stage.ts';

const PEER = 'bare amqplib that parses JSON and acknowledges each 50';
const PREFETCH = 100;
const ACK_EACH = 50;
const LANE = laneOf('shop' as StackName);

/** What waits in a quorum queue, event by event, to handlers that get batches, against a bare consumer of the same queue. */
export const bench = async (lab: Lab): Promise<void> => {
  const stage = await openStage('transport');
  try {
    const bus = await openAmqpBus({ url: stage.broker.url, service: 'bench', replica: ids.run(), mayPack: () => false, clock, report });
    const channel = await stage.connection.createChannel();
    const queue = turnQueue('bench', LANE);
    await channel.assertQueue(queue, turnOptions);
    await channel.bindQueue(queue, 'berth.events', laneKeys(LANE));
    const count = lab.isQuick ? 5000 : 20_000;
    await stage.append(Math.min(count, 1000));
    const events = await stage.log.read({ limit: 1000 });
    const fill = async (): Promise<void> => {
      for (let sent = 0; sent < count; sent += events.length) await bus.publisher.publish(events);
    };
    const rate = { of: 'rate', unit: 'events/s', better: 'higher', peer: PEER } as const;
    await lab.measure({
      ours: async () => {
        await fill();
        return timed(count, () => taken((handle) => bus.turns.take('bench', async (batch) => handle(batch.events)), count));
      },
      peers: {
        [PEER]: async () => {
          await fill();
          return timed(count, () => consumed(channel, queue, count));
        },
      },
      figures: [
        { id: 'transport_vs_amqplib', ...rate },
        { id: 'transport_cpu', of: 'cpu', unit: 'us/event', better: 'lower', peer: PEER },
      ],
    });
    await bus.close();
  } finally {
    await stage.close();
  }
};

type Take = (handle: (events: readonly Turn[]) => void) => Promise<{ close(): Promise<void> }>;

const taken = async (take: Take, count: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  const subscription = await take((events) => {
    seen += events.length;
    if (seen >= count) resolve();
  });
  await promise;
  await subscription.close();
};

const consumed = async (channel: Channel, queue: string, count: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  await channel.prefetch(PREFETCH);
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (!message) return;
    JSON.parse(message.content.toString());
    if (++seen % ACK_EACH === 0 || seen === count) channel.ack(message, true);
    if (seen === count) resolve();
  });
  await promise;
  await channel.cancel(consumerTag);
};
