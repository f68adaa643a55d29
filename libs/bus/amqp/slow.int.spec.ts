import { expect, it, onTestFinished } from 'vitest';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';
import { openSlowPath, type SlowPath } from '../test-stage/slow-path.ts';
import type { Turn, TurnBatch } from '../turns.ts';
import type { AmqpBus } from './index.ts';

const rabbit = useRabbit();

const slowPath = async (): Promise<SlowPath> => {
  const path = await openSlowPath(rabbit.broker.url);
  onTestFinished(() => path.close());
  return path;
};
const hearTurns = async (bus: AmqpBus, consumer: string): Promise<Heard<number>> => {
  const heard = new Heard<number>();
  await bus.turns.take(consumer, async ({ events }) => {
    for (const { position } of events) heard.add(position);
  });
  return heard;
};
const positions = (events: readonly Turn[]): readonly number[] => events.map(({ position }) => position);

it('a broker that answers late gets all in order, and what is not yet confirmed stays bounded', async () => {
  const path = await slowPath();
  const [relay, reader] = [await rabbit.open('relay', path.url), await rabbit.open('reader')];
  const heard = await hearTurns(reader, 'late');
  const events = await rabbit.log().append(700);
  path.delayMs = 20;
  await relay.publisher.publish(events);
  await heard.until(({ length }) => length === 700);
  expect(heard.all).toEqual(positions(events));
  expect(rabbit.problems.all).toEqual([]);
});

it('a publisher waits for a broker that takes nothing, and goes on when it does', async () => {
  const path = await slowPath();
  const [relay, reader] = [await rabbit.open('relay', path.url), await rabbit.open('reader')];
  const heard = await hearTurns(reader, 'stalled');
  const events = await rabbit.log().append(700);
  await relay.publisher.publish(events.slice(0, 1));
  path.stall(true);
  let isPublished = false;
  const published = relay.publisher.publish(events.slice(1)).then(() => {
    isPublished = true;
  });
  await heard.until(({ length }) => length === 1);
  const others = await rabbit.log().append(1, 'crm');
  await (await rabbit.open('relay')).publisher.publish(others);
  await heard.until(({ length }) => length === 2);
  expect(isPublished).toBe(false);
  path.stall(false);
  await published;
  await heard.until(({ length }) => length === 701);
  expect(heard.all.toSorted((a, b) => a - b)).toEqual([1, ...positions(events)]);
});

it('a reader behind a slow way loses nothing and holds up nobody else', async () => {
  const path = await slowPath();
  const [relay, slow, quick] = [await rabbit.open('relay'), await rabbit.open('slow', path.url), await rabbit.open('quick')];
  const [late, soon] = [await hearTurns(slow, 'slow'), await hearTurns(quick, 'quick')];
  const events = await rabbit.log().append(500);
  path.delayMs = 200;
  await relay.publisher.publish(events);
  await soon.until(({ length }) => length === 500);
  expect(late.all.length).toBeLessThan(500);
  path.delayMs = 0;
  await late.until(({ length }) => length === 500);
  expect(late.all).toEqual(positions(events));
});

it('replicas that make the same queues at the same moment all get to read them', async () => {
  const replicas = await Promise.all(Array.from({ length: 6 }, () => rabbit.open('rush')));
  for (let round = 0; round < 3; round++) {
    const heard = new Heard<number>();
    const handle = async ({ events }: TurnBatch): Promise<void> => {
      for (const { position } of events) heard.add(position);
    };
    const taken = await Promise.all(replicas.map(({ turns }) => turns.take(`rush${round}`, handle)));
    const events = await rabbit.log().append(20);
    // A queue that is being made again when they come gets them by another try.
    while (heard.all.length < 20) await replicas[0]?.publisher.publish(events);
    expect(new Set(heard.all)).toEqual(new Set(positions(events)));
    await Promise.all(taken.map((subscription) => subscription.close()));
  }
});
