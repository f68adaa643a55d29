import { describe, expect, it } from 'vitest';
import { Mail, type Subscription } from '#libs/bus';
import type { HostId, MailMessage, NamesState, StackName } from '#libs/contracts';
import { holdingOf } from '#libs/domain/host';
import { containerOf, History } from '#libs/testing/history';
import { NamesMailer } from './names-mailer.ts';

class Outbox extends Mail {
  readonly sent: (readonly [string, MailMessage])[] = [];

  send(to: string, message: MailMessage): void {
    this.sent.push([to, message]);
  }

  async receive(): Promise<Subscription> {
    throw new Error('receive mail: this is an outbox');
  }
}

const shop = ['shop' as StackName];
const container = containerOf('shop', 1, 'api', 1);

const started = (): History =>
  new History()
    .joined('a')
    .joined('b')
    .deploying('shop', 1, { api: {} })
    .placed('shop', 1, 'api', ['a'])
    .started('shop', container, { address: '10.64.0.11' });

const promoted = (): History => started().healthy('shop', container).promoted('shop', 1);

describe('NamesMailer', () => {
  it('tells every host of a change, once', () => {
    const outbox = new Outbox();
    const mailer = new NamesMailer(outbox);
    const { world } = promoted();
    mailer.tellOfChanges(world, shop);
    mailer.tellOfChanges(world, shop);
    expect(outbox.sent.map(([to]) => to)).toEqual(['host/a', 'host/b']);
    expect(outbox.sent[0]?.[1]).toMatchObject({ kind: 'names', full: false, asOf: { incarnation: 1, position: world.position } });
  });

  it('is silent when what happened changed no name', () => {
    const outbox = new Outbox();
    const mailer = new NamesMailer(outbox);
    const history = promoted();
    mailer.tellOfChanges(history.world, shop);
    mailer.tellOfChanges(history.connected('a').world, shop);
    expect(outbox.sent.length).toBe(2);
  });

  it('gives the whole table to one that asks', () => {
    const outbox = new Outbox();
    const history = promoted().deploying('blog', 1, { web: {} }).promoted('blog', 1);
    new NamesMailer(outbox).answer(history.world, 'b' as HostId);
    const [to, message] = outbox.sent[0] ?? [];
    expect([to, outbox.sent.length]).toEqual(['host/b', 1]);
    expect(message).toMatchObject({ full: true });
    expect((message as NamesState).parts.map(({ stack }) => stack)).toEqual(['blog', 'shop']);
  });

  it('tells of a stack that was never promoted the hosts of its containers alone, until one of these leaves', () => {
    const outbox = new Outbox();
    const mailer = new NamesMailer(outbox);
    const history = started();
    mailer.tellOfChanges(history.world, shop);
    expect(outbox.sent.map(([to]) => to)).toEqual(['host/a']);
    mailer.answer(history.world, 'b' as HostId);
    expect(outbox.sent[1]?.[1]).toMatchObject({ host: 'b', full: true, parts: [] });
    mailer.tellOfChanges(history.leaving('shop', 1, [container]).world, shop);
    expect(outbox.sent.slice(2).map(([to]) => to)).toEqual(['host/a', 'host/b']);
  });

  it('does not say again what the host has', () => {
    const outbox = new Outbox();
    const mailer = new NamesMailer(outbox);
    const { world } = promoted();
    mailer.tellOfChanges(world, shop);
    const told = outbox.sent.map(([, message]) => message as NamesState);
    mailer.answer(world, 'b' as HostId, holdingOf(told[0]?.parts ?? []));
    mailer.answer(world, 'b' as HostId, holdingOf([]));
    const answers = outbox.sent.slice(2).map(([, message]) => message as NamesState);
    expect(answers.map(({ full, parts: { length } }) => [full, length])).toEqual([
      [false, 0],
      [true, 1],
    ]);
  });
});
