import type { ConfirmChannel } from 'amqplib';
import { openAmqpBus } from '#libs/bus/amqp';
import { PostgresLeases } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';
import { eventText } from '../../libs/bus/amqp/wire.ts';
import type { Lab } from '../lab.ts';
import { clock, ids, openStage, report, type Stage, timed } from './post/stage.ts';

const PEER = 'bare amqplib that publishes what it holds, event by event';
const WINDOW = 200;
const QUEUE = 'bench';

/**
 * Events from the log to confirmed by the broker, many in a message, against ready bytes of one event each over a confirm channel with the same window,
 * into the same quorum queue.
 */
export const bench = async (lab: Lab): Promise<void> => {
  const stage = await openStage('relay');
  try {
    const bus = await openAmqpBus({ url: stage.broker.url, service: 'relay', replica: ids.run(), clock, report });
    const channel = await stage.connection.createConfirmChannel();
    await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(QUEUE, 'berth.events', '#');
    const count = lab.isQuick ? 10_000 : 40_000;
    await stage.append(count);
    const bodies = (await stage.log.readStored(0, 1000)).map((event) => Buffer.from(eventText(event)));
    const rate = { of: 'rate', unit: 'events/s', better: 'higher', peer: PEER } as const;
    await lab.measure({
      ours: () => relayAnew(stage, bus.publisher, channel, count),
      peers: { [PEER]: () => publishBare(channel, bodies, count) },
      figures: [
        { id: 'relay_vs_amqplib', ...rate },
        { id: 'relay_cpu', of: 'cpu', unit: 'us/event', better: 'lower', peer: PEER },
      ],
    });
    await bus.close();
  } finally {
    await stage.close();
  }
};

/** The whole log, from its beginning. */
const relayAnew = async (
  stage: Stage,
  publisher: Parameters<typeof startRelay>[0]['publisher'],
  channel: ConfirmChannel,
  count: number,
) => {
  const { log, pool } = stage;
  await pool.query("delete from checkpoints where consumer = 'relay'");
  const options = { log, leases: new PostgresLeases(pool), publisher, clock, ids, report };
  const reading = await timed(count, async () => {
    const relay = startRelay(options);
    while ((await log.checkpoint('relay', 0)) < count) await clock.sleep(20);
    void relay.close();
  });
  await emptied(channel);
  return reading;
};

const publishBare = async (channel: ConfirmChannel, bodies: readonly Buffer[], count: number) => {
  const reading = await timed(count, () => published(channel, bodies, count));
  await emptied(channel);
  return reading;
};

const published = (channel: ConfirmChannel, bodies: readonly Buffer[], count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let [sent, confirmed] = [0, 0];
    const pump = (): void => {
      for (; sent < count && sent - confirmed < WINDOW; sent++)
        channel.publish(
          'berth.events',
          '00.stack.VersionRetired',
          bodies[sent % bodies.length] as Buffer,
          { persistent: true, mandatory: true },
          settled,
        );
    };
    const settled = (cause: unknown): void => {
      if (cause) reject(cause);
      else if (++confirmed === count) resolve();
      else pump();
    };
    pump();
  });

const emptied = async (channel: ConfirmChannel): Promise<void> => {
  const { messageCount } = await channel.purgeQueue(QUEUE);
  if (messageCount === 0) throw new Error('publish: the queue got nothing');
};
