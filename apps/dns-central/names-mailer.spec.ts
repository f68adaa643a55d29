import { describe, expect, it } from 'vitest';
import { Mail, type Subscription } from '#libs/bus';
import type { HostId, MailMessage, NamesState, StackName } from '#libs/contracts';
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

describe('NamesMailer', () => {
  it('tells every host of a change, once', () => {
    const outbox = new Outbox();
    const mailer = new NamesMailer(outbox);
    const { world } = started().healthy('shop', container);
    mailer.tellOfChanges(world, shop);
    mailer.tellOfChanges(world, shop);
    expect(outbox.sent.map(([to]) => to)).toEqual(['host/a', 'host/b']);
    expect(outbox.sent[0]?.[1]).toMatchObject({ kind: 'names', full: false, asOf: { incarnation: 1, position: world.position } });
  });

  it('is silent when what happened changed no name', () => {
    const outbox = new Outbox();
    const mailer = new NamesMailer(outbox);
    const history = started();
    mailer.tellOfChanges(history.world, shop);
    mailer.tellOfChanges(history.connected('a').world, shop);
    expect(outbox.sent.length).toBe(2);
  });

  it('gives the whole table to one that asks', () => {
    const outbox = new Outbox();
    const history = started().deploying('blog', 1, { web: {} });
    new NamesMailer(outbox).answer(history.world, 'b' as HostId);
    const [to, message] = outbox.sent[0] ?? [];
    expect([to, outbox.sent.length]).toEqual(['host/b', 1]);
    expect(message).toMatchObject({ full: true });
    expect((message as NamesState).parts.map(({ stack }) => stack)).toEqual(['blog', 'shop']);
  });
});
