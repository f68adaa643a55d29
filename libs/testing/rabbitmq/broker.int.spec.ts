import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from './index.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker();
});
afterAll(() => broker.stop());

const during = async <T>(url: string, use: (connection: ChannelModel) => Promise<T>): Promise<T> => {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
};

it('keeps its durable queues over an orderly end and over a kill', async () => {
  await during(broker.url, async (connection) => (await connection.createChannel()).assertQueue('kept', { durable: true }));
  await broker.stopBroker();
  await broker.startBroker();
  await broker.kill();
  await broker.startBroker();
  await during(broker.url, async (connection) => {
    expect(await (await connection.createChannel()).checkQueue('kept')).toMatchObject({ queue: 'kept' });
  });
});

it('gives a user only what was permitted', async () => {
  const url = await broker.addUser('narrow', 'p/w', { configure: '^mine$', write: '^$', read: '^$' });
  await during(url, async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.assertQueue('mine');
    await expect(channel.assertQueue('yours')).rejects.toThrow('ACCESS_REFUSED');
  });
});

it('says what a command did not like', async () => {
  await expect(broker.ctl('delete_user', 'nobody')).rejects.toThrow('nobody');
});
