import { type Channel, type ConsumeMessage, connect } from 'amqplib';
import { expect, it, onTestFinished } from 'vitest';
import { Rejected, Transient } from '#libs/contracts';
import type { RequestMessage } from '../requests.ts';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';

const rabbit = useRabbit();

/** CI's end, with what comes to one of its queues. */
const openCi = async (): Promise<{
  channel: Channel;
  listen(queue?: string): Promise<{ queue: string; heard: Heard<ConsumeMessage> }>;
}> => {
  const connection = await connect(rabbit.broker.url);
  onTestFinished(() => connection.close());
  const channel = await connection.createChannel();
  return {
    channel,
    listen: async (known) => {
      const queue = known ?? (await channel.assertQueue('', { exclusive: true })).queue;
      const heard = new Heard<ConsumeMessage>();
      await channel.consume(queue, (message) => (message ? heard.add(message) : undefined), { noAck: true });
      return { queue, heard };
    },
  };
};

const wish = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

it('answers a wish where its sender asked for it', async () => {
  const bus = await rabbit.open('gateway');
  const seen = new Heard<RequestMessage>();
  await bus.requests.subscribe(async (message) => {
    seen.add(message);
    return { ok: true, answer: { deployment: 'abc' } };
  });
  const { channel, listen } = await openCi();
  const { queue, heard } = await listen();
  channel.publish('berth.requests', 'deploy', wish({ stack: 'shop' }), {
    replyTo: queue,
    correlationId: '7',
    messageId: 'm',
    userId: 'guest',
  });
  await heard.until(({ length }) => length === 1);
  expect(seen.all).toEqual([{ body: { stack: 'shop' }, userId: 'guest', messageId: 'm', replyTo: queue, correlationId: '7' }]);
  expect(JSON.parse(String(heard.all[0]?.content))).toEqual({ deployment: 'abc' });
  expect(heard.all[0]?.properties).toMatchObject({ correlationId: '7', headers: { 'x-berth-ok': true } });
});

it('tells a problem to whoever asked, else keeps the wish among the dead letters with its reason', async () => {
  const bus = await rabbit.open('gateway');
  await bus.requests.subscribe(async ({ body }) => {
    if (body === 'odd') throw new Rejected('read wish: it is odd');
    return { ok: false, problem: { title: 'no such stack' } };
  });
  const { channel, listen } = await openCi();
  const [told, dead] = [await listen(), await listen('berth.dead')];
  channel.publish('berth.requests', 'deploy', wish('any'), { replyTo: told.queue });
  for (const body of ['any', 'odd']) channel.publish('berth.requests', 'deploy', wish(body));
  channel.publish('berth.requests', 'deploy', Buffer.from('{'));
  await told.heard.until(({ length }) => length === 1);
  await dead.heard.until(({ length }) => length === 3);
  expect(JSON.parse(String(told.heard.all[0]?.content))).toEqual({ title: 'no such stack' });
  const reasons = dead.heard.all.map(({ properties }) => JSON.parse(properties.headers?.['x-berth-reason']));
  expect(reasons.map(({ title, detail }) => detail ?? title).sort()).toEqual([
    ...['no such stack', 'read message: it is no JSON', 'read wish: it is odd'],
  ]);
});

it('writes no answer into a queue of the house', async () => {
  const bus = await rabbit.open('gateway');
  await bus.requests.subscribe(async () => ({ ok: false, problem: 'refused' }));
  const { channel, listen } = await openCi();
  const [agent, dead] = [
    await listen((await channel.assertQueue('mail.host/main', { exclusive: true })).queue),
    await listen('berth.dead'),
  ];
  channel.publish('berth.requests', 'deploy', wish('any'), { replyTo: agent.queue });
  await dead.heard.until(({ length }) => length === 1);
  expect(agent.heard.all).toEqual([]);
});

it('tries in place what may work later, while others go by', async () => {
  const bus = await rabbit.open('gateway');
  const seen = new Heard<unknown>();
  await bus.requests.subscribe(async ({ body }) => {
    seen.add(body);
    if (body === 'early' && seen.all.filter((one) => one === 'early').length < 3) throw new Transient('append: the database is away');
    return { ok: true, answer: null };
  });
  const { channel } = await openCi();
  for (const body of ['early', 'other']) channel.publish('berth.requests', 'deploy', wish(body));
  await seen.until((all) => all.length === 4);
  expect(seen.all).toEqual(['early', 'other', 'early', 'early']);
  await bus.close();
  expect((await channel.checkQueue('requests')).messageCount).toBe(0);
});

it('keeps what was not settled when it closed for the next', async () => {
  const bus = await rabbit.open('gateway');
  const seen = new Heard<unknown>();
  await bus.requests.subscribe(async ({ body }) => {
    seen.add(body);
    throw new Transient('append: the database is away');
  });
  const { channel } = await openCi();
  channel.publish('berth.requests', 'deploy', wish('kept'));
  await seen.until(({ length }) => length === 2);
  await bus.close();
  const next = await rabbit.open('gateway');
  await next.requests.subscribe(async ({ body }) => {
    seen.add(`again ${body}`);
    return { ok: true, answer: null };
  });
  await seen.until((all) => all.at(-1) === 'again kept');
});
