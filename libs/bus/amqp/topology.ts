import type { Channel, Options } from 'amqplib';
import type { MailAddress } from '#libs/contracts';
import type { Outgoing } from '../publisher.ts';

export const EVENTS = 'berth.events';
export const MAIL = 'berth.mail';
export const REQUESTS = 'berth.requests';
export const DEAD = 'berth.dead';
export const DEAD_LETTERS = 'berth.dead';
export const REQUESTS_QUEUE = 'requests';

const MAIL_TTL_MS = 30_000;
const DAY_MS = 86_400_000;

/** `03.stack.VersionPromoted`: lane, kind of stream, type. */
export const routingKeyOf = ({ lane, stream, type }: Outgoing): string => `${twoDigits(lane)}.${stream.split('/')[0]}.${type}`;

/** Of messages with events of whatever lanes. */
export const ALL_LANES = 'all';
/** What feeds are bound to: those, and events that go singly. */
export const FEED_KEYS: readonly string[] = [ALL_LANES, '*.*.*'];
/** Of what says of a lane how far it is. */
export const laneKey = (lane: number): string => twoDigits(lane);

export const feedQueue = (service: string, replica: string): string => `feed.${service}.${replica}`;
export const turnQueue = (service: string, lane: number): string => `turn.${service}.${twoDigits(lane)}`;
export const mailQueue = (address: MailAddress): string => `mail.${address}`;
/** Of a service of which one replica is active, and knows things that the others do not. */
export const dutyQueue = (address: MailAddress, replica: string): string => `${mailQueue(address)}.${replica}`;
/** What turns are bound to: notices of the lane, and its events that go singly. */
export const laneKeys = (lane: number): string => `${twoDigits(lane)}.#`;

/** The replica's own: it goes with its connection. What a slow reader has no room for is a gap, which is read from the log. */
export const feedOptions: Options.AssertQueue = {
  exclusive: true,
  autoDelete: true,
  durable: false,
  arguments: { 'x-max-length': 50_000, 'x-max-length-bytes': 1 << 26 },
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

/** What all services share. Made by the gateways alone: who may make an exchange may also delete it. */
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

/** Throws where a gateway has still to make it. */
export const findTopology = async (channel: Channel): Promise<void> => {
  for (const exchange of [EVENTS, MAIL, DEAD]) await channel.checkExchange(exchange);
};

/**
 * The user to whom the exchange `berth.ci.<user>` belongs: a client that can't set `user-id` publishes there, where the broker lets nobody else
 * write. A message keeps the name of the exchange at which it came in, whatever exchanges are bound behind it. Null for any other exchange.
 */
export const userOfExchange = (exchange: string): string | null => /^berth\.ci\.(.+)$/.exec(exchange)?.[1] ?? null;

const twoDigits = (lane: number): string => String(lane).padStart(2, '0');

/** A sender may not make us write into the house's own queues, where it may not write itself. */
export const mayBeRepliedTo = (queue: string): boolean => !/^(mail|turn|feed|berth)\.|^requests$/.test(queue);
