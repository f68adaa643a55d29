import { type Channel, type ConsumeMessage, connect } from 'amqplib';
import { expect, it, onTestFinished } from 'vitest';
import { Rejected } from '#libs/contracts';
import type { DeadLetter } from '../dead-letters.ts';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';

const rabbit = useRabbit();

const openStranger = async (): Promise<Channel> => {
  const connection = await connect(rabbit.broker.url);
  onTestFinished(() => connection.close());
  return connection.createChannel();
};

const keepDeadLetters = async () => {
  const bus = await rabbit.open('gateway');
  const dead = new Heard<DeadLetter>();
  await bus.deadLetters.subscribe(async (letter) => dead.add(letter));
  return { bus, dead };
};

/** A copy of an event as it goes over the broker. */
const copyOf = async (): Promise<{ key: string; event: { readonly id?: string }; text: (change: object) => Buffer }> => {
  const [relay, channel, log] = [await rabbit.open('relay'), await openStranger(), rabbit.log()];
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'berth.events', '#');
  const heard = new Heard<ConsumeMessage>();
  await channel.consume(queue, (message) => void (message && heard.add(message)), { noAck: true });
  await relay.publisher.publish(await log.append(1));
  await heard.until(({ length }) => length === 1);
  const event = JSON.parse(String(heard.all[0]?.content)) as { readonly id?: string };
  return { key: heard.all[0]?.fields.routingKey ?? '', event, text: (change) => Buffer.from(JSON.stringify({ ...event, ...change })) };
};

it('keeps copies of events that nobody can read, each with its reason, and goes on with the others', async () => {
  const { bus, dead } = await keepDeadLetters();
  const taken = new Heard<number>();
  const { key, text } = await copyOf();
  await bus.turns.take('decider', async ({ events }) => {
    for (const { position } of events) taken.add(position);
  });
  const channel = await openStranger();
  const copies = [
    ...[Buffer.from('{'), text({ type: 'VersionRetierd' }), text({ schemaversion: 99 }), text({ source: '/stack/other' })],
    ...[text({ data: { stack: 7 } }), text({ position: 'first' }), text({ position: 42 })],
  ];
  for (const copy of copies) channel.publish('berth.events', key, copy, { messageId: 'copy' });
  await Promise.all([dead.until(({ length }) => length === 6), taken.until((all) => all.includes(42))]);
  const [first] = dead.all;
  expect(first).toMatchObject({ exchange: 'berth.events', routingKey: key, properties: { messageId: 'copy' } });
  expect(first?.queue).toMatch(/^turn\.decider\.\d\d$/);
  const words = ['it is no JSON', 'VersionRetierd', '99', 'belongs to stack/shop, not to stack/other', 'stack', 'position'];
  // Each is confirmed by itself, so they may come in another order than they were met.
  for (const word of words) expect(dead.all.filter(({ reason }) => reason.includes(word))).not.toEqual([]);
  await expect.poll(() => bus.counts().buried).toBe(6);
});

it('keeps an event alone that nobody can read among others, and puts it back alone', async () => {
  const { bus, dead } = await keepDeadLetters();
  const taken = new Heard<number>();
  const { key, event, text } = await copyOf();
  await bus.turns.take('among', async ({ events }) => {
    for (const { position } of events) taken.add(position);
  });
  const several = [
    { ...event, position: 50 },
    { ...event, position: 51, schemaversion: 99 },
    { ...event, position: 52 },
  ];
  const options = { contentType: 'application/cloudevents-batch+json' };
  (await openStranger()).publish('berth.events', key, Buffer.from(JSON.stringify(several)), options);
  await Promise.all([dead.until(({ length }) => length === 1), taken.until((all) => all.includes(52))]);
  const [letter] = dead.all as [DeadLetter];
  expect(letter).toMatchObject({ properties: { contentType: 'application/cloudevents+json', messageId: event.id } });
  expect(JSON.parse(String(letter.body))).toEqual(several[1]);
  await bus.deadLetters.putBack({ ...letter, body: text({ position: 51 }) });
  await taken.until((all) => all.includes(51));
  expect(taken.all).toEqual([50, 52, 51]);
});

it('puts a letter back into the queue where it died, and says where it can not', async () => {
  const { bus, dead } = await keepDeadLetters();
  const { key, text } = await copyOf();
  const turns = await bus.turns.take('late', async () => undefined);
  (await openStranger()).publish('berth.events', key, text({ schemaversion: 99 }));
  await dead.until(({ length }) => length === 1);
  await turns.close();
  const [letter] = dead.all as [DeadLetter];
  await bus.deadLetters.putBack({ ...letter, body: text({ position: 43 }) });
  const taken = new Heard<number>();
  await bus.turns.take('late', async ({ events }) => taken.add(events[0]?.position ?? 0));
  await taken.until((all) => all.includes(43));
  await expect(bus.deadLetters.putBack({ ...letter, queue: 'turn.nobody.00' })).rejects.toThrow('there is no queue turn.nobody.00');
  await expect(bus.deadLetters.putBack({ ...letter, queue: 'mail.scheduler' })).rejects.toBeInstanceOf(Rejected);
});

it('keeps what the broker gave up by itself, with what it says of why', async () => {
  const { dead } = await keepDeadLetters();
  const channel = await openStranger();
  await channel.prefetch(1);
  channel.publish('berth.requests', 'shop', Buffer.from('deadly'), { userId: 'guest' });
  await channel.consume('requests', (message) => void (message && channel.nack(message, false, true)));
  await dead.until(({ length }) => length === 1);
  expect(dead.all[0]).toMatchObject({ queue: 'requests', exchange: 'berth.requests', routingKey: 'shop', user: 'guest' });
  expect(dead.all[0]?.reason).toContain('handed out again and again');
});

it('keeps one letter a minute of who sends mail that is none, and counts all', async () => {
  const { bus, dead } = await keepDeadLetters();
  await bus.mail.receive('scheduler', async () => undefined);
  const channel = await openStranger();
  for (const text of ['{', '{}', 'x']) channel.publish('berth.mail', 'scheduler', Buffer.from(text), { userId: 'guest' });
  await dead.until(({ length }) => length === 1);
  expect(dead.all[0]).toMatchObject({ queue: 'mail.scheduler', reason: 'read mail to scheduler: it is what is no mail', user: 'guest' });
  while (bus.counts().refused < 3) await channel.checkQueue('mail.scheduler');
  expect(dead.all).toHaveLength(1);
});
