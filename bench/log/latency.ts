import type { Feed } from '#libs/bus';
import { openAmqpBus } from '#libs/bus/amqp';
import { InProcessFeed } from '#libs/bus/in-process';
import { PostgresLeases } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';
import type { Lab } from '../lab.ts';
import { quantile, type Reading } from '../line.ts';
import { clock, ids, openStage, report, type Stage } from './post/stage.ts';

const EACH = 200;

/** From the call of an append to the handler of a feed, one event at a time: in one process, and by relay and RabbitMQ. */
export const bench = async (lab: Lab): Promise<void> => {
  const stage = await openStage('latency');
  try {
    await measure(lab, stage, new InProcessFeed(stage.log, clock, report), 'append_to_handler');
    const bus = await openAmqpBus({ url: stage.broker.url, service: 'bench', replica: ids.run(), clock, report });
    const relay = startRelay({ log: stage.log, leases: new PostgresLeases(stage.pool), publisher: bus.publisher, clock, ids, report });
    await measure(lab, stage, bus.feed, 'append_to_handler_amqp');
    await relay.close();
    await bus.close();
  } finally {
    await stage.close();
  }
};

const measure = async (lab: Lab, stage: Stage, feed: Feed, id: string): Promise<void> => {
  let seen = (await stage.log.head()).position;
  let wake: () => void = () => undefined;
  const subscription = await feed.subscribe('bench', async ({ events }) => {
    seen = Math.max(seen, ...events.map(({ position }) => position));
    wake();
  });
  const one = async (): Promise<number> => {
    const next = seen + 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = () => seen >= next && resolve();
    const begun = performance.now();
    await Promise.all([stage.append(1), promise]);
    return performance.now() - begun;
  };
  const round = async (): Promise<Reading> => {
    const times: number[] = [];
    for (let nth = 0; nth < EACH; nth++) times.push(await one());
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  };
  await round();
  await lab.measure({
    ours: round,
    figures: [
      { id: `${id}_p50`, of: 'p50', unit: 'ms', better: 'lower' },
      { id: `${id}_p99`, of: 'p99', unit: 'ms', better: 'lower' },
    ],
  });
  await subscription.close();
};
