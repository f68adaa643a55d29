import { describe, expect, it } from 'vitest';
import { type BerthEvent, Rejected, subjectOf } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { mayBeRepliedTo, routingKeyOf } from './topology.ts';
import { eventText, readEvent } from './wire.ts';

const { events } = new History().joined('one').deploying('shop', 1, { web: {} });
const changed = (event: BerthEvent, change: object): unknown => ({ ...JSON.parse(eventText(event)), ...change });

describe('an event on the wire', () => {
  it('comes back as it was', () => {
    expect(events.length).toBeGreaterThan(2);
    // The history counts its ids; the wire takes those of the log alone.
    const real = events.map(
      (event, index) => ({ ...event, id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}` }) as BerthEvent,
    );
    expect(real.map((event) => readEvent(JSON.parse(eventText(event))))).toEqual(real);
  });

  it('is the same whether its data is read or still the text that was appended', () => {
    for (const event of events) {
      const text = { ...event, data: JSON.stringify(event.data), subject: subjectOf(event.data) };
      expect(eventText(text)).toBe(eventText(event));
    }
  });

  it.each([
    ['no object', null],
    ['of a newer version', changed(events[0] as BerthEvent, { schemaversion: 99 })],
    ['of a type that is unknown', changed(events[0] as BerthEvent, { type: 'HostPraised' })],
    ['without a position', changed(events[0] as BerthEvent, { position: undefined })],
  ])('is refused when it is %s', (_, value) => {
    expect(() => readEvent(value)).toThrow(Rejected);
  });

  it('is found by lane, kind of stream and type', () => {
    const event = { lane: 3, stream: 'stack/shop', type: 'VersionPromoted' } as BerthEvent;
    expect(routingKeyOf(event)).toBe('03.stack.VersionPromoted');
  });
});

describe('mayBeRepliedTo', () => {
  it('knows the queues of the house', () => {
    const names = ['mail.host/main', 'turn.deployer.03', 'feed.gateway.x', 'berth.dead', 'requests', 'ci', 'amq.rabbitmq.reply-to.abc'];
    expect(names.filter(mayBeRepliedTo)).toEqual(['ci', 'amq.rabbitmq.reply-to.abc']);
  });
});
