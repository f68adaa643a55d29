import { type Channel, type ChannelModel, connect } from 'amqplib';
import type { HostId, MailAddress, MailMessage, MailToAgent } from '#libs/contracts';

/** So many agents' queues are read by one channel. */
const QUEUES = 500;
/** As an agent makes its own. */
const QUEUE = { exclusive: true, autoDelete: true, durable: false, messageTtl: 30_000, maxLength: 1000 } as const;

/**
 * The mail of many agents by one connection, whose user may speak in the name of others: six thousand connections would be another measure. Each
 * agent has its own queue, and each letter bears the name of its agent.
 */
export class AgentsPost {
  readonly #connection: ChannelModel;
  readonly #sending: Channel;

  static async open(url: string): Promise<AgentsPost> {
    const connection = await connect(url);
    return new AgentsPost(connection, await connection.createChannel());
  }

  private constructor(connection: ChannelModel, sending: Channel) {
    this.#connection = connection;
    this.#sending = sending;
  }

  send(host: HostId, to: MailAddress, message: MailMessage): void {
    const properties = { contentType: 'application/json', type: message.type, userId: `host-${host}` };
    this.#sending.publish('berth.mail', to, Buffer.from(JSON.stringify(message)), properties);
  }

  async receive(hosts: readonly HostId[], take: (host: HostId, message: MailToAgent) => void): Promise<void> {
    for (let from = 0; from < hosts.length; from += QUEUES) {
      const channel = await this.#connection.createChannel();
      await Promise.all(hosts.slice(from, from + QUEUES).map((host) => consume(channel, host, (message) => take(host, message))));
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

const consume = async (channel: Channel, host: HostId, take: (message: MailToAgent) => void): Promise<void> => {
  const { queue } = await channel.assertQueue(`mail.host/${host}`, QUEUE);
  await channel.consume(queue, (letter) => letter && take(JSON.parse(letter.content.toString()) as MailToAgent), { noAck: true });
};
