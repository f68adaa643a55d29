import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { MailAddress, MailMessage } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import { Mail, type OnForged } from '../mail.ts';
import { Taken } from '../sharing/taken.ts';
import { consume, Subscriptions } from './consumer.ts';
import { isFor, isFrom, isMail } from './is-from.ts';
import type { Link } from './link.ts';
import type { Morgue } from './morgue.ts';
import { Outbox } from './outbox.ts';
import { Refusals } from './refusals.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { StandingChannel } from './standing-channel.ts';
import { dutyQueue, MAIL, mailQueue, ownMailOptions, serviceMailOptions } from './topology.ts';
import type { AmqpTurns } from './turns.ts';
import { hostOfUser } from './users.ts';
import { JSON_TYPE, jsonIn } from './wire.ts';

const PREFETCH = 50;

interface Letter {
  readonly to: MailAddress;
  readonly type: MailMessage['type'];
  readonly content: Buffer;
}

interface Box {
  readonly address: MailAddress;
  readonly handle: (message: MailMessage) => Promise<void>;
  readonly onForged: OnForged;
}

interface MailOptions extends ReplicaOptions {
  /** Where what can't be read goes; an agent has none. */
  readonly morgue: Morgue | null;
  /** Where only the active replica of a service takes its mail: says which one that is. */
  readonly duty: Duty | null;
}

type Duty = Pick<AmqpTurns, 'lanes' | 'whenOnDuty'>;

/** Mail over the broker. Every letter bears the name of its sender, which the broker checks. */
export class AmqpMail extends Mail {
  readonly #reading: Link;
  readonly #writing: Link;
  readonly #options: MailOptions;
  readonly #outbox: Outbox<Letter>;
  readonly #refusals: Refusals;
  readonly #channel: StandingChannel;
  readonly #subscriptions = new Subscriptions();

  constructor(reading: Link, writing: Link, options: MailOptions) {
    super();
    this.#reading = reading;
    this.#writing = writing;
    this.#options = options;
    this.#outbox = new Outbox(options.clock);
    this.#refusals = new Refusals(options.clock, options.report);
    const flush = (): void => this.#flush();
    this.#channel = new StandingChannel(writing, {
      ...{ name: 'outgoing mail', clock: options.clock, report: options.report },
      setUp: async (channel) => void channel.on('drain', flush),
      onReady: flush,
    });
    writing.onRoom(flush);
  }

  get refused(): number {
    return this.#refusals.count;
  }

  get unsent(): number {
    return this.#outbox.dropped;
  }

  send(to: MailAddress, message: MailMessage): void {
    // The letter says what was so when it was sent, whatever becomes of the sender's objects.
    this.#outbox.put({ to, type: message.type, content: Buffer.from(JSON.stringify(message)) });
    this.#flush();
  }

  async receive(
    address: MailAddress,
    handle: (message: MailMessage) => Promise<void>,
    onForged: OnForged = () => undefined,
  ): Promise<Subscription> {
    const { report, service, duty } = this.#options;
    const told = async (message: MailMessage): Promise<void> => {
      await handle(message).catch((cause: unknown) => report(`mail ${message.type} to ${address}`, cause));
    };
    const isShared = !duty || address !== service;
    const box = { address, handle: told, onForged };
    return this.#subscriptions.add(isShared ? await this.#open(box, mailQueue(address)) : this.#onDuty(box, duty));
  }

  stopReceiving(): Promise<void> {
    return this.#subscriptions.close();
  }

  async close(): Promise<void> {
    await this.stopReceiving();
    this.#flush();
    await this.#channel.close();
  }

  /** A queue of the replica's own while it is active: one that froze holds up nobody's mail. */
  #onDuty({ address, handle, onForged }: Box, duty: Duty): Subscription {
    const { replica, report } = this.#options;
    // What waited here while it was frozen went to another one too.
    const current = async (message: MailMessage): Promise<void> => (duty.lanes?.length ? handle(message) : undefined);
    const box = new Taken(() => this.#open({ address, handle: current, onForged }, dutyQueue(address, replica)), report);
    duty.whenOnDuty((isOnDuty) => box.want(isOnDuty));
    return {
      close: async () => {
        duty.whenOnDuty(() => undefined);
        box.want(false);
        await box.settled;
      },
    };
  }

  #open({ address, handle, onForged }: Box, queue: string): Promise<Subscription> {
    const { clock, report } = this.#options;
    return consume(this.#reading, {
      ...{ name: `mail to ${address}`, clock, report, limit: 1, prefetch: PREFETCH },
      assertQueue: (channel) => box(channel, queue, address),
      handle: async ([letter]) => {
        const message = letter && this.#opened(letter, address, onForged);
        if (message) await handle(message);
      },
    });
  }

  #flush(): void {
    const channel = this.#channel.current;
    if (channel) this.#outbox.flush((letter) => !this.#writing.isBlocked && this.#write(channel, letter));
  }

  #write(channel: ConfirmChannel, { to, type, content }: Letter): boolean {
    const properties = { contentType: JSON_TYPE, type, userId: this.#writing.user };
    try {
      // An agent's queue is reached by its name alone: it is bound to nothing, so that agents need no right to bind.
      if (to.startsWith('host/')) channel.publish('', mailQueue(to), content, properties);
      else channel.publish(MAIL, to, content, properties);
      return true;
    } catch {
      return false;
    }
  }

  #opened(letter: ConsumeMessage, address: MailAddress, onForged: OnForged): MailMessage | null {
    const user: string | null = letter.properties.userId ?? null;
    const message = attempt(() => jsonIn(letter.content));
    if (isMail(message) && isFrom(user, message) && isFor(address, message)) return message;
    const sender = hostOfUser(user);
    if (sender && isMail(message) && !isFrom(user, message)) onForged(sender);
    const what = isMail(message) ? `${message.type}${'host' in message ? ` of host ${message.host}` : ''}` : 'what is no mail';
    const isTold = this.#refusals.add(user ?? 'a sender without a name', `it sent ${what} to ${address}`);
    // As seldom as it is told: a stranger must not push out what others are waiting for.
    if (isTold)
      this.#options.morgue?.buryIfPossible({
        message: letter,
        queue: mailQueue(address),
        reason: `read mail to ${address}: it is ${what}`,
      });
    return null;
  }
}

const attempt = (read: () => unknown): unknown => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const box = async (channel: ConfirmChannel, queue: string, address: MailAddress): Promise<string> => {
  const isOwn = queue !== mailQueue(address) || address.includes('/');
  await channel.assertQueue(queue, isOwn ? ownMailOptions : serviceMailOptions);
  if (!address.startsWith('host/')) await channel.bindQueue(queue, MAIL, address);
  return queue;
};
