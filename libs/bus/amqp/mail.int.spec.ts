import { type Channel, connect } from 'amqplib';
import { expect, it, onTestFinished } from 'vitest';
import type { HostId, MailMessage } from '#libs/contracts';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';
import { agentPermissions } from './index.ts';
import { ownMailOptions } from './topology.ts';

const rabbit = useRabbit();
const main = 'main' as HostId;
const wanted: MailMessage = { type: 'StateWanted', host: main };

const agentOf = (host: string): Promise<string> => rabbit.broker.addUser(`host-${host}`, 'secret', agentPermissions(host as HostId));

/** An agent that was taken over by somebody. */
const openChannel = async (url: string): Promise<Channel> => {
  const connection = await connect(url);
  onTestFinished(() => connection.close());
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  return channel;
};

it('refuses and counts what an agent says for another host, and tells of it once', async () => {
  const service = await rabbit.open('scheduler');
  const heard = new Heard<MailMessage>();
  const forged: HostId[] = [];
  await service.mail.receive(
    'scheduler',
    async (message) => heard.add(message),
    (host) => forged.push(host),
  );
  const liar = await rabbit.open('host-agent', await agentOf('liar'));
  for (const host of ['main', 'other', 'liar']) liar.mail.send('scheduler', { type: 'StateWanted', host: host as HostId });
  await heard.until(({ length }) => length === 1);
  expect(heard.all).toEqual([{ type: 'StateWanted', host: 'liar' }]);
  expect([service.counts().refused, forged]).toEqual([2, ['liar', 'liar']]);
  expect(rabbit.problems.all.filter((problem) => problem.startsWith('refuse mail of host-liar'))).toHaveLength(1);
});

it('lets an agent neither listen to others nor write to them, nor speak under another name', async () => {
  const url = await agentOf('spy');
  const own = 'mail.host/spy';
  const tries: ((channel: Channel) => Promise<unknown>)[] = [
    (channel) => channel.bindQueue(own, 'berth.mail', 'scheduler'),
    (channel) => channel.assertQueue('mail.host/main', ownMailOptions),
    (channel) => channel.consume('mail.scheduler', () => undefined),
    (channel) => channel.assertQueue('', { exclusive: true }),
    (channel) => channel.assertExchange('mine', 'fanout'),
    async (channel) => channel.publish('', 'mail.host/main', Buffer.from('{}')) && channel.checkQueue(own),
    async (channel) => channel.publish('berth.events', '00.stack.X', Buffer.from('{}')) && channel.checkQueue(own),
  ];
  const service = await rabbit.open('scheduler');
  await service.mail.receive('scheduler', async () => undefined);
  for (const attempt of tries) {
    const channel = await openChannel(url);
    await channel.assertQueue(own, { ...ownMailOptions, exclusive: false });
    await expect(attempt(channel)).rejects.toThrow(/ACCESS_REFUSED|closed/i);
  }
  const channel = await openChannel(url);
  const closed = new Promise<Error>((resolve) => channel.on('error', resolve));
  channel.publish('berth.mail', 'scheduler', Buffer.from(JSON.stringify(wanted)), { userId: 'host-main' });
  expect(String(await closed)).toContain('user_id property');
});

it('keeps mail while the broker is away, and receives again when it is back', async () => {
  const service = await rabbit.open('scheduler');
  const agent = await rabbit.open('host-agent', await agentOf('main'));
  const heard = new Heard<MailMessage>();
  await service.mail.receive('scheduler', async (message) => heard.add(message));
  await rabbit.broker.kill();
  await rabbit.problems.until((all) => all.filter((problem) => problem.startsWith('lose connection')).length === 4);
  agent.mail.send('scheduler', wanted);
  await rabbit.broker.startBroker();
  await heard.until(({ length }) => length === 1);
  expect(heard.all).toEqual([wanted]);
});

it('opens though the broker is away, and begins when it comes', async () => {
  await rabbit.broker.stopBroker();
  const service = await rabbit.open('scheduler');
  const heard = new Heard<MailMessage>();
  const reads = new Heard<number>();
  await service.mail.receive('scheduler', async (message) => heard.add(message));
  await service.feed.subscribe('scheduler', async ({ events }) => reads.add(events.length));
  expect(service.isConnected()).toBe(false);
  await rabbit.broker.startBroker();
  await reads.until(({ length }) => length === 1);
  expect(reads.all).toEqual([0]);
});

it('closes though the broker never came', async () => {
  await rabbit.broker.stopBroker();
  onTestFinished(() => rabbit.broker.startBroker());
  const service = await rabbit.open('scheduler');
  const subscription = await service.turns.take('scheduler', async () => undefined);
  await subscription.close();
  await service.mail.receive('scheduler', async () => undefined);
  await service.close();
  expect(service.isConnected()).toBe(false);
});
