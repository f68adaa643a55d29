import type { Channel, Options } from 'amqplib';
import type { HostId, MailAddress } from '#libs/contracts';
import type { Outgoing } from '../publisher.ts';

export const EVENTS = 'berth.events';
export const MAIL = 'berth.mail';
const REQUESTS = 'berth.requests';
export const DEAD = 'berth.dead';
export const DEAD_LETTERS = 'berth.dead';
export const REQUESTS_QUEUE = 'requests';

const MAIL_TTL_MS = 30_000;
const DAY_MS = 86_400_000;

/** `03.stack.VersionPromoted`: lane, kind of stream, type. */
export const routingKeyOf = ({ lane, stream, type }: Outgoing): string => `${twoDigits(lane)}.${stream.split('/')[0]}.${type}`;

export const feedQueue = (service: string, replica: string): string => `feed.${service}.${replica}`;
export const turnQueue = (service: string, lane: number): string => `turn.${service}.${twoDigits(lane)}`;
export const mailQueue = (address: MailAddress): string => `mail.${address}`;
/** Of a service of which one replica is active, and knows things that the others do not. */
export const dutyQueue = (address: MailAddress, replica: string): string => `${mailQueue(address)}.${replica}`;
export const laneKeys = (lane: number): string => `${twoDigits(lane)}.#`;

/** The broker's user as which the agent of a host connects. */
export const agentUser = (host: HostId): string => `host-${host}`;
export const isAgentUser = (user: string): boolean => user.startsWith('host-');

/**
 * What the agent of a host may do: write to the services, have a queue of its own and read it. It can't bind that queue to anything, so
 * it can't listen to what others get (which holds keys), and can't write to another agent.
 */
export const agentPermissions = (host: HostId): { readonly configure: string; readonly write: string; readonly read: string } => {
  const own = `^${mailQueue(`host/${host}`).replaceAll('.', '\\.')}$`;
  return { configure: own, write: `^${MAIL.replaceAll('.', '\\.')}$`, read: own };
};

/** The replica's own: it goes with its connection. What a slow reader has no room for is a gap, which is read from the log. */
export const feedOptions: Options.AssertQueue = {
  exclusive: true,
  autoDelete: true,
  durable: false,
  arguments: { 'x-max-length': 50_000 },
};

/** A service that is gone for good leaves no queue that grows for ever: what is dropped is found by looking at the log. */
export const turnOptions: Options.AssertQueue = {
  durable: true,
  deadLetterExchange: DEAD,
  maxLength: 100_000,
  expires: 7 * DAY_MS,
  arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true, 'x-delivery-limit': 10 },
};

/** Of a service whose replicas share its mail. */
export const serviceMailOptions: Options.AssertQueue = { durable: true, messageTtl: MAIL_TTL_MS, maxLength: 10_000 };

/** Of one process: it goes with its connection. A second agent of the same name is refused as long as the first is connected. */
export const ownMailOptions: Options.AssertQueue = {
  exclusive: true,
  autoDelete: true,
  durable: false,
  messageTtl: MAIL_TTL_MS,
  maxLength: 1000,
};

/** What all services share. Asserted at each connection of a service; agents find it. */
export const assertTopology = async (channel: Channel): Promise<void> => {
  await channel.assertExchange(EVENTS, 'topic', { durable: true });
  await channel.assertExchange(MAIL, 'direct', { durable: true });
  await channel.assertExchange(REQUESTS, 'topic', { durable: true });
  await channel.assertExchange(DEAD, 'fanout', { durable: true });
  const quorum = { 'x-queue-type': 'quorum' };
  await channel.assertQueue(DEAD_LETTERS, { durable: true, maxLength: 10_000, arguments: quorum });
  await channel.bindQueue(DEAD_LETTERS, DEAD, '');
  await channel.assertQueue(REQUESTS_QUEUE, { durable: true, deadLetterExchange: DEAD, arguments: { ...quorum, 'x-delivery-limit': 10 } });
  await channel.bindQueue(REQUESTS_QUEUE, REQUESTS, '#');
};

/**
 * The user to whom the exchange `berth.ci.<user>` belongs: a client that can't set `user-id` publishes there, where the broker lets nobody else
 * write. A message keeps the name of the exchange at which it came in, whatever exchanges are bound behind it. Null for any other exchange.
 */
export const userOfExchange = (exchange: string): string | null => /^berth\.ci\.(.+)$/.exec(exchange)?.[1] ?? null;

const twoDigits = (lane: number): string => String(lane).padStart(2, '0');

/** A sender may not make us write into the house's own queues, where it may not write itself. */
export const mayBeRepliedTo = (queue: string): boolean => !/^(mail|turn|feed|berth)\.|^requests$/.test(queue);
