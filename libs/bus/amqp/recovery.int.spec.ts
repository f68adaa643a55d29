import { type Channel, connect } from 'amqplib';
import { expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '#libs/clock';
import type { BerthEvent } from '#libs/contracts';
import { Transient } from '#libs/contracts';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';
import type { Turn } from '../turns.ts';
import type { AmqpBus } from './index.ts';
import { turnQueue } from './topology.ts';

const rabbit = useRabbit();
const clock = new SystemClock();

const positions = (events: readonly Turn[]): readonly number[] => events.map(({ position }) => position);

/** What a feed was given; an empty batch is heard as `read on`. */
const listen = async (bus: AmqpBus): Promise<Heard<number | 'read on'>> => {
  const heard = new Heard<number | 'read on'>();
  await bus.feed.subscribe('reader', async ({ events }) => {
    for (const position of events.length === 0 ? ['read on' as const] : positions(events)) heard.add(position);
  });
  return heard;
};

const takeTurns = async (bus: AmqpBus, consumer: string): Promise<Heard<number>> => {
  const heard = new Heard<number>();
  await bus.turns.take(consumer, async ({ events }) => {
    for (const position of positions(events)) heard.add(position);
  });
  return heard;
};

/** As the relay does: again and again until all is confirmed. */
const publishAll = async (bus: AmqpBus, events: readonly BerthEvent[]): Promise<void> => {
  for (;;) {
    const failure: unknown = await bus.publisher.publish(events).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (failure === null) return;
    expect(failure).toBeInstanceOf(Transient);
    await clock.sleep(50);
  }
};

const has =
  <T>(...wanted: readonly T[]) =>
  (all: readonly T[]): boolean =>
    wanted.every((one) => all.includes(one));
const twice = (all: readonly unknown[]): boolean => all.filter((one) => one === 'read on').length >= 2;

/** What an operator's hands do at the broker. */
const atBroker = async (work: (channel: Channel) => Promise<unknown>): Promise<void> => {
  const connection = await connect(rabbit.broker.url);
  await work(await connection.createChannel());
  await connection.close();
};

/** How long an acknowledgement may take, and how often the broker looks at channels that are opened from now on. */
const timeouts = (longest: number, tick: number): string =>
  `application:set_env(rabbit, consumer_timeout, ${longest}), application:set_env(rabbit, channel_tick_interval, ${tick}).`;

const clearMemory = async (): Promise<void> => void (await rabbit.broker.ctl('set_vm_memory_high_watermark', '0.4'));
/** Until the test ends, or clears it. */
const fillMemory = async (): Promise<void> => {
  onTestFinished(clearMemory);
  await rabbit.broker.ctl('set_vm_memory_high_watermark', '0');
};

const feedQueueOfReader = async (): Promise<string> => {
  const queues = (await rabbit.broker.ctl('list_queues', 'name')).split('\n');
  return queues.find((name) => name.startsWith('feed.reader.')) ?? 'none';
};

it('comes back with feeds and turns after a restart of the broker; turns keep what nobody took', async () => {
  const [bus, relay] = [await rabbit.open('decider'), await rabbit.open('relay')];
  const events = await rabbit.log().append(3);
  const idle = await bus.turns.take('later', async () => undefined);
  await idle.close();
  const [feed, turns] = [await listen(bus), await takeTurns(bus, 'decider')];
  await relay.publisher.publish(events.slice(0, 1));
  await Promise.all([feed.until(has<number | 'read on'>(1)), turns.until(has(1))]);
  await rabbit.broker.stopBroker();
  expect(bus.isConnected()).toBe(false);
  await expect(relay.publisher.publish(events.slice(1))).rejects.toBeInstanceOf(Transient);
  await rabbit.broker.startBroker();
  await feed.until(twice);
  await publishAll(relay, events.slice(1));
  await Promise.all([feed.until(has<number | 'read on'>(2, 3)), turns.until(has(2, 3))]);
  expect(feed.all).toEqual(['read on', 1, 'read on', 2, 3]);
  const kept = new Heard<number>();
  await bus.turns.take('later', async ({ events: late }) => {
    for (const position of positions(late)) kept.add(position);
  });
  await kept.until(has(1, 2, 3));
});

it('reads on after its feed queue was deleted, though nothing new comes', async () => {
  const [bus, relay] = [await rabbit.open('reader'), await rabbit.open('relay')];
  const heard = await listen(bus);
  const queue = await feedQueueOfReader();
  await rabbit.broker.ctl('delete_queue', queue);
  await heard.until(twice);
  await relay.publisher.publish(await rabbit.log().append(2));
  await heard.until(has<number | 'read on'>(1, 2));
  expect(heard.all).toEqual(['read on', 'read on', 1, 2]);
});

it('makes a deleted turn queue again', async () => {
  const [bus, relay] = [await rabbit.open('decider'), await rabbit.open('relay')];
  const heard = await takeTurns(bus, 'deleted');
  const events = await rabbit.log().append(2);
  const [event] = events;
  await atBroker((channel) => channel.deleteQueue(turnQueue('deleted', event?.lane ?? 0)));
  // Nobody can tell when the queue is there again: what finds none is lost, and found by the look at the log.
  while (heard.all.length === 0) await publishAll(relay, events);
  await heard.until((all) => all.includes(2));
  expect(new Set(heard.all)).toEqual(new Set([1, 2]));
});

it('goes on after the broker closed its channel because a handler took too long, and gives the events again', async () => {
  await rabbit.broker.ctl('eval', timeouts(300, 200));
  onTestFinished(async () => void (await rabbit.broker.ctl('eval', timeouts(1_800_000, 60_000))));
  const [bus, relay] = [await rabbit.open('decider'), await rabbit.open('relay')];
  const heard = new Heard<number>();
  let running = 0;
  await bus.turns.take('slow', async ({ events }) => {
    expect(++running).toBe(1);
    heard.add(events[0]?.position ?? 0);
    if (heard.all.length === 1) await rabbit.problems.until((all) => all.some((problem) => problem.includes('PRECONDITION_FAILED')));
    running--;
  });
  await relay.publisher.publish(await rabbit.log().append(1));
  await heard.until(({ length }) => length === 2);
  expect(heard.all).toEqual([1, 1]);
});

it('loses nothing when all connections are killed in the midst of work', async () => {
  const [bus, relay] = [await rabbit.open('decider'), await rabbit.open('relay')];
  const [feed, turns] = [await listen(bus), await takeTurns(bus, 'killed')];
  const events = await rabbit.log().append(500);
  const published = publishAll(relay, events.slice(0, 400));
  await turns.until((all) => all.length > 20);
  await rabbit.broker.ctl('close_all_connections', 'a test');
  await published;
  await feed.until(twice);
  await publishAll(relay, events.slice(400));
  await Promise.all([turns.until(has(...positions(events))), feed.until(has<number | 'read on'>(500))]);
  const told = feed.all.filter((one) => one !== 'read on');
  expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
});

it('waits for room at the broker with what it publishes, and handles what is there meanwhile', async () => {
  const [bus, relay] = [await rabbit.open('decider'), await rabbit.open('relay')];
  const events = await rabbit.log().append(4);
  const free = Promise.withResolvers<void>();
  const heard = new Heard<number>();
  await bus.turns.take('blocked', async (batch) => {
    await free.promise;
    for (const position of positions(batch.events)) heard.add(position);
  });
  await relay.publisher.publish(events.slice(0, 3));
  await fillMemory();
  let isPublished = false;
  const published = relay.publisher.publish(events.slice(3)).then(() => {
    isPublished = true;
  });
  await rabbit.problems.until((all) => all.some((problem) => problem.startsWith('wait for room')));
  free.resolve();
  await heard.until(has(1, 2, 3));
  expect(isPublished).toBe(false);
  await clearMemory();
  await published;
  await heard.until(has(4));
});

it('closes while the broker has no room', async () => {
  const bus = await rabbit.open('relay');
  await fillMemory();
  const published = bus.publisher.publish(await rabbit.log().append(1)).catch((cause: unknown) => cause);
  await rabbit.problems.until((all) => all.some((problem) => problem.startsWith('wait for room')));
  await bus.close();
  expect(await published).toBeInstanceOf(Transient);
});

it('closes when the running handler has ended and is acknowledged; the rest is for the next', async () => {
  const [first, relay] = [await rabbit.open('closer'), await rabbit.open('relay')];
  const started = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const heard = new Heard<number>();
  await first.turns.take('closer', async ({ events }) => {
    started.resolve();
    await free.promise;
    for (const position of positions(events)) heard.add(position);
  });
  const events = await rabbit.log().append(102);
  await relay.publisher.publish(events.slice(0, 1));
  await started.promise;
  await relay.publisher.publish(events.slice(1));
  const closed = first.close();
  free.resolve();
  await closed;
  expect(heard.all).toEqual([1]);
  const rest = new Heard<number>();
  const second = await rabbit.open('closer');
  await second.turns.take('closer', async (batch) => {
    for (const position of positions(batch.events)) rest.add(position);
  });
  await rest.until(has(102));
  expect(rest.all).toEqual(positions(events).slice(1));
});
