import type { ConsumeMessage } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { type BerthEvent, laneOf } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { eventsIn, turnsIn } from './opened.ts';
import { type Parcel, packed, singly } from './parcels.ts';

const history = new History().joined('one');
for (let nth = 0; nth < 30; nth++) history.deploying(`stack-${nth}`, 1, { web: {} });
/** The history counts its ids; the wire takes those of the log alone. */
const events = history.events.map(
  (event, nth) => ({ ...event, id: `00000000-0000-7000-8000-${String(nth).padStart(12, '0')}` }) as BerthEvent,
);

const messageOf = ({ contentType, content, messageId }: Parcel, change: object = {}): ConsumeMessage =>
  ({ content, properties: { contentType, messageId }, fields: {}, ...change }) as unknown as ConsumeMessage;
const must = (_: unknown, cause: unknown): never => {
  throw cause;
};
const positions = (all: readonly { readonly position: number }[]) => all.map(({ position }) => position);

describe('parcels', () => {
  it('hold an event alone where it is alone, or where nobody may open more', () => {
    const [first] = events as [BerthEvent];
    expect(packed([first])).toEqual(singly([first]));
    expect(singly(events).map(({ key }) => key.split('.').length)).toEqual(events.map(() => 3));
    expect(singly(events).flatMap((parcel) => eventsIn(messageOf(parcel), must))).toEqual(events);
  });

  it('bring feeds all events in their order, in few messages', () => {
    const forFeeds = packed(events).filter(({ key }) => key === 'all');
    expect(forFeeds.flatMap((parcel) => eventsIn(messageOf(parcel), must))).toEqual(events);
    expect(forFeeds.length).toBeLessThanOrEqual(Math.ceil(events.length / 50));
  });

  it('bring each lane the turn of each of its events, in their order, with its stack', () => {
    for (const parcel of packed(events).filter(({ key }) => key !== 'all')) {
      const lane = Number(parcel.key);
      const turns = turnsIn(messageOf(parcel), must);
      const ofLane = events.filter((event) => event.lane === lane);
      expect(positions(turns)).toEqual(positions(ofLane));
      for (const { data } of turns) if ('stack' in data) expect(laneOf(String(data.stack))).toBe(lane);
      expect(turns.map(({ data }) => data)).toEqual(ofLane.map(({ data }) => ('stack' in data ? { stack: data.stack } : {})));
    }
  });

  it('are no larger than 64 KiB where no event is', () => {
    const large = { ...events[0], data: `{"words":"${'x'.repeat(30_000)}"}`, subject: 'one', concerns: 'host' } as const;
    const parcels = packed([large, large, large, large, large] as never);
    expect(parcels.map(({ key }) => key)).toEqual(['all', 'all', 'all', parcels.at(-1)?.key]);
    for (const { content } of parcels) expect(content.length).toBeLessThan(1 << 16);
  });
});

describe('an event among others that can not be read', () => {
  it('is told of as a message of its own, and the others are read', () => {
    const [parcel] = packed(events.slice(0, 3)) as [Parcel];
    const values = JSON.parse(parcel.content.toString()) as { readonly id: string }[];
    const content = Buffer.from(JSON.stringify([values[0], { ...values[1], schemaversion: 99 }, values[2]]));
    const told: ConsumeMessage[] = [];
    const read = eventsIn(messageOf(parcel, { content }), (message) => told.push(message));
    expect(positions(read)).toEqual([events[0]?.position, events[2]?.position]);
    expect(told.map((message) => JSON.parse(message.content.toString()) as unknown)).toEqual([{ ...values[1], schemaversion: 99 }]);
    expect(told[0]?.properties).toMatchObject({ contentType: 'application/cloudevents+json', messageId: values[1]?.id });
  });

  it.each([
    ['no JSON', '{'],
    ['no notice', '{"lane":1}'],
    ['of a lane that is none', '{"incarnation":1,"lane":99,"turns":[]}'],
  ])('is a notice that is %s: it is told of whole', (_, text) => {
    const told: unknown[] = [];
    const notice = { contentType: 'application/vnd.berth.turns+json', content: Buffer.from(text), messageId: null };
    expect(turnsIn(messageOf(notice as Parcel), (message) => told.push(message.content.toString()))).toEqual([]);
    expect(told).toEqual([text]);
  });
});
