import { describe, expect, it } from 'vitest';
import type { HostId, MailMessage } from '#libs/contracts';
import { isFrom, isMail } from './is-from.ts';

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
