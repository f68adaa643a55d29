import { type Channel, connect } from 'amqplib';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { HostId, MailMessage } from '#libs/contracts';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';
import type { Turn } from '../turns.ts';
import { agentPermissions, CONTROL_SERVICES, type ControlService, servicePermissions } from './index.ts';

const rabbit = useRabbit();
let urls: Readonly<Record<string, string>>;
const urlOf = (name: string): string => urls[name] ?? '';

beforeAll(async () => {
  const services = CONTROL_SERVICES.map((service) => [`berth-${service}`, servicePermissions(service)]);
  urls = await rabbit.broker.addUsers({ ...Object.fromEntries(services), 'host-main': agentPermissions('main' as HostId) });
});

const openAs = (service: ControlService) => rabbit.open(service, urlOf(`berth-${service}`), { makesTopology: service === 'gateway' });

const channelOf = async (user: string): Promise<Channel> => {
  const connection = await connect(urlOf(user));
  onTestFinished(() => connection.close());
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  return channel;
};

it('every service does its work with its own user', async () => {
  const gateway = await openAs('gateway');
  const events = await rabbit.log().append(1);
  const heard = new Heard<string>();
  for (const service of CONTROL_SERVICES) {
    const bus = service === 'gateway' ? gateway : await openAs(service);
    await bus.feed.subscribe(service, async (batch) => void (batch.events.length > 0 && heard.add(`feed of ${service}`)));
    if (service !== 'gateway') await bus.turns.take(service, async () => heard.add(`turn of ${service}`));
  }
  await gateway.publisher.publish(events);
  const turns = CONTROL_SERVICES.filter((service) => service !== 'gateway').map((service) => `turn of ${service}`);
  const wanted = [...CONTROL_SERVICES.map((service) => `feed of ${service}`), ...turns];
  await heard.until((all) => wanted.every((one) => all.includes(one)));
  expect([...heard.all].sort()).toEqual([...wanted].sort());
  expect(rabbit.problems.all).toEqual([]);
});

it('mail goes between agents and each service that speaks to them', async () => {
  await openAs('gateway');
  const agent = await rabbit.open('host-agent', urlOf('host-main'));
  const heard = new Heard<MailMessage>();
  await agent.mail.receive('host/main', async (message) => heard.add(message));
  for (const service of ['scheduler', 'dns-central', 'proxy-configurator'] as const) {
    const bus = await openAs(service);
    await bus.mail.receive(service, async () => bus.mail.send('host/main', { type: 'HelloWanted', host: 'main' as HostId }));
    agent.mail.send(service, { type: 'StateWanted', host: 'main' as HostId });
  }
  await heard.until(({ length }) => length === 3);
  expect(rabbit.problems.all).toEqual([]);
});

it('a scheduler hears what it says to itself', async () => {
  await openAs('gateway');
  const bus = await openAs('scheduler');
  const heard = new Heard<MailMessage>();
  await bus.mail.receive('scheduler', async (message) => heard.add(message));
  bus.mail.send('scheduler', { type: 'Echo', run: 'one', seq: 1 });
  await heard.until(({ length }) => length === 1);
  expect(rabbit.problems.all).toEqual([]);
});

const wanted = Buffer.from(JSON.stringify({ type: 'StateWanted', host: 'main' }));
/** What somebody tries who has taken over a scheduler. */
const tries: readonly (readonly [string, (channel: Channel) => Promise<unknown>])[] = [
  [
    'speak as an agent',
    async (channel) => channel.publish('berth.mail', 'scheduler', wanted, { userId: 'host-main' }) && channel.checkExchange('berth.mail'),
  ],
  [
    'publish events',
    async (channel) => channel.publish('berth.events', '00.stack.X', Buffer.from('{}')) && channel.checkExchange('berth.mail'),
  ],
  ['wish as CI', async (channel) => channel.publish('berth.requests', 'shop', Buffer.from('{}')) && channel.checkExchange('berth.mail')],
  ['read turns of a deployer', (channel) => channel.consume('turn.deployer.00', () => undefined)],
  ['read mail of dns-central', (channel) => channel.consume('mail.dns-central', () => undefined)],
  ['read wishes', (channel) => channel.consume('requests', () => undefined)],
  ['read dead letters', (channel) => channel.consume('berth.dead', () => undefined)],
  ['empty the queue of another one', (channel) => channel.purgeQueue('turn.deployer.00')],
  ['delete an exchange', (channel) => channel.deleteExchange('berth.events')],
  ['have a queue of another name', (channel) => channel.assertQueue('feed.deployer.mine', { exclusive: true })],
];

it.each(tries)('a scheduler may not %s', async (_, attempt) => {
  const [deployer, names] = [await openAs('gateway').then(() => openAs('deployer')), await openAs('dns-central')];
  await deployer.turns.take('deployer', async () => undefined);
  await names.mail.receive('dns-central', async () => undefined);
  await expect(attempt(await channelOf('berth-scheduler'))).rejects.toThrow(/ACCESS_REFUSED|PRECONDITION_FAILED|closed/i);
});

it('what a gateway has still to make is waited for', async () => {
  const url = await rabbit.elsewhere();
  const early = await rabbit.open('deployer', url, { makesTopology: false });
  expect(early.isConnected()).toBe(false);
  const heard = new Heard<Turn>();
  await early.turns.take('deployer', async ({ events }) => {
    for (const event of events) heard.add(event);
  });
  const gateway = await rabbit.open('gateway', url);
  const [event] = await rabbit.log().append(1);
  // Nobody can tell when the queue is there.
  while (heard.all.length === 0) await gateway.publisher.publish(event ? [event] : []);
  expect(heard.all[0]?.position).toBe(1);
});
