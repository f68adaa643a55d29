import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Packet } from 'dns2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, HostId, MailMessage, NamesState } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { containerOf, History } from '#libs/testing/history';
import { startDnsCentral } from './start.ts';

const clock = new SystemClock();
const ids = new SystemIds();
const report = (problem: string, cause: unknown): void => {
  throw new Error(problem, { cause });
};

const api = containerOf('shop', 1, 'api', 1);

const promoted = (): History =>
  new History(clock.now())
    .joined('main')
    .deploying('shop', 1, { api: {} })
    .placed('shop', 1, 'api', ['main'])
    .started('shop', api, { address: '10.64.0.11' })
    .healthy('shop', api)
    .promoted('shop', 1);

let log: MemoryEventLog;
let mail: InProcessMail;
let central: Awaited<ReturnType<typeof startDnsCentral>>;
let inbox: MailMessage[];
let arrived: () => void;

const append = async (events: readonly BerthEvent[]): Promise<void> => {
  for (const { id, type, data, actor, correlation, causation, stream, version } of events) {
    const event = { id, type, data, actor, correlation, causation } as AnyNewEvent;
    const [result] = await log.append([{ incarnation: 1, expected: { [stream]: version - 1 }, events: [{ stream, event }] }]);
    expect(result?.status).toBe('appended');
  }
};

/** The newest mail that fits, now or when it comes. */
const mailed = async (fits: (state: NamesState) => boolean): Promise<NamesState> => {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived = resolve;
    const found = (inbox as NamesState[]).findLast(fits);
    if (found) return found;
    await promise;
  }
};

const lookup = async (name: string): Promise<readonly (string | undefined)[]> => {
  const packet = new Packet();
  packet.header = new Packet.Header({ id: 1, rd: 1 });
  packet.questions = [new Packet.Question({ name, type: Packet.TYPE.A, class: 1 })];
  const socket = createSocket('udp4');
  socket.send(packet.toBuffer(), central.listen.port, central.listen.address);
  const [bytes] = await once(socket, 'message');
  socket.close();
  return Packet.parse(bytes).answers.map(({ address }) => address);
};

beforeEach(async () => {
  log = new MemoryEventLog(clock);
  mail = new InProcessMail(report);
  inbox = [];
  arrived = () => undefined;
  await mail.receive('host/main', async (message) => {
    inbox.push(message);
    arrived();
  });
});

const start = async (): Promise<void> => {
  const settings = { listen: { address: '127.0.0.1', port: 0 }, zone: 'berth.internal' };
  central = await startDnsCentral({ log, feed: new InProcessFeed(log, clock, report), mail, clock, ids, report, settings });
};

afterEach(() => central.close());

describe('dns-central', () => {
  it('answers from a log that was there before it', async () => {
    await append(promoted().events);
    await start();
    expect(await lookup('api.shop.berth.internal')).toEqual(['10.64.0.11']);
  });

  it('mails what changes to the hosts, and answers by it', async () => {
    await start();
    const history = promoted();
    await append(history.events);
    const state = await mailed(({ parts }) => parts.some(({ promoted: version }) => version === 1));
    expect(state.parts[0]?.generation).toEqual({ incarnation: 1, position: history.events.length });
    expect(await lookup('api.shop.berth.internal')).toEqual(['10.64.0.11']);
  });

  it('gives a host that asks all that it has', async () => {
    await append(promoted().events);
    await start();
    mail.send('dns-central', { type: 'StateWanted', host: 'main' as HostId });
    const state = await mailed(({ full }) => full);
    expect(state).toMatchObject({ kind: 'names', host: 'main', asOf: { incarnation: 1, position: 7 } });
  });

  it('appends nothing', async () => {
    const { events } = promoted();
    await append(events);
    await start();
    expect((await log.head()).position).toBe(events.length);
  });
});
