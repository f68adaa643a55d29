import { describe, expect, it } from 'vitest';
import type { HostId, MailMessage } from '#libs/contracts';
import { isFrom, isMail } from './is-from.ts';
import { agentPermissions } from './topology.ts';

const wanted = (host: string): MailMessage => ({ type: 'StateWanted', host: host as HostId });
const hello = (host: string): MailMessage => ({ type: 'HelloWanted', host: host as HostId });

describe('isFrom', () => {
  it('lets an agent speak for its own host alone', () => {
    expect(isFrom('host-main', wanted('main'))).toBe(true);
    expect(isFrom('host-main', wanted('other'))).toBe(false);
    expect(isFrom('berth', wanted('main'))).toBe(false);
  });

  it('lets nobody but a service speak to an agent', () => {
    expect(isFrom('berth', hello('main'))).toBe(true);
    expect(isFrom('host-main', hello('main'))).toBe(false);
    expect(isFrom('host-other', hello('main'))).toBe(false);
  });

  it('believes nobody who gives no name', () => {
    expect(isFrom(null, wanted('main'))).toBe(false);
    expect(isFrom(null, hello('main'))).toBe(false);
  });
});

describe('isMail', () => {
  it('knows the messages by type and host', () => {
    expect(isMail(wanted('main'))).toBe(true);
    for (const value of [null, 'HostHello', {}, { type: 'HostHello' }, { type: 'toString', host: 'main' }])
      expect(isMail(value)).toBe(false);
  });
});

describe('agentPermissions', () => {
  it('match the names of the host alone', () => {
    const { configure, read, write } = agentPermissions('main' as HostId);
    expect(
      ['mail.host/main', 'mail.host/main2', 'mail.host/mainly', 'mailxhost/main', 'mail.scheduler'].filter((name) =>
        new RegExp(read).test(name),
      ),
    ).toEqual(['mail.host/main']);
    expect(configure).toBe(read);
    expect(['berth.mail', 'berth.events', 'amq.default', 'mail.host/main'].filter((name) => new RegExp(write).test(name))).toEqual([
      'berth.mail',
    ]);
  });
});
