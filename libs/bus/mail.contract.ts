import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostId, MailMessage } from '#libs/contracts';
import type { Subscription } from './feed.ts';
import type { Mail } from './mail.ts';
import { Heard } from './test-stage/heard.ts';

export interface OpenedMail {
  /** Of a service. */
  readonly service: Mail;
  /** Of the agent of host `main`. */
  readonly agent: Mail;
  close(): Promise<void>;
}

const host = 'main' as HostId;
const report = (seq: number): MailMessage => ({
  ...{ type: 'HostReport', host, session: { incarnation: 1, position: 1 }, seq, full: false, containers: [], parts: [] },
});
const seqOf = (message: MailMessage): number => ('seq' in message ? message.seq : -1);

/** What every `Mail` keeps. */
export const mailContract = (name: string, open: () => Promise<OpenedMail>): void => {
  describe(`${name}: mail`, () => {
    let opened: OpenedMail;
    let subscriptions: Subscription[];

    beforeEach(async () => {
      opened = await open();
      subscriptions = [];
    });
    afterEach(async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await opened.close();
    });

    const receive = async (handle: (message: MailMessage) => Promise<void>): Promise<void> => {
      subscriptions.push(await opened.service.receive('scheduler', handle));
    };

    it('keeps the order of a sender, one message at a time', async () => {
      const heard = new Heard<number>();
      let running = 0;
      await receive(async (message) => {
        expect(++running).toBe(1);
        await Promise.resolve();
        running--;
        heard.add(seqOf(message));
      });
      for (let seq = 1; seq <= 100; seq++) opened.agent.send('scheduler', report(seq));
      await heard.until(({ length }) => length === 100);
      expect(heard.all).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    });

    it('goes both ways', async () => {
      const heard = new Heard<MailMessage>();
      subscriptions.push(await opened.agent.receive('host/main', async (message) => heard.add(message)));
      await receive(async () => opened.service.send('host/main', { type: 'HelloWanted', host }));
      opened.agent.send('scheduler', { type: 'StateWanted', host });
      await heard.until(({ length }) => length === 1);
      expect(heard.all).toEqual([{ type: 'HelloWanted', host: 'main' }]);
    });

    it('says what was so when it was sent', async () => {
      const heard = new Heard<MailMessage>();
      await receive(async (message) => heard.add(message));
      const message = { ...report(1), containers: [] as never[] };
      opened.agent.send('scheduler', message);
      message.containers.push({} as never);
      await heard.until(({ length }) => length === 1);
      expect(heard.all).toEqual([report(1)]);
    });

    it('loses a message whose handler failed, and goes on with the next', async () => {
      const heard = new Heard<number>();
      await receive(async (message) => {
        heard.add(seqOf(message));
        if (seqOf(message) === 1) throw new Error('no room');
      });
      opened.agent.send('scheduler', report(1));
      opened.agent.send('scheduler', report(2));
      await heard.until((all) => all.includes(2));
      expect(heard.all).toEqual([1, 2]);
    });

    it('takes what nobody receives', async () => {
      const heard = new Heard<number>();
      await receive(async (message) => heard.add(seqOf(message)));
      opened.service.send('host/nobody', { type: 'HelloWanted', host: 'nobody' as HostId });
      opened.agent.send('scheduler', report(1));
      await heard.until(({ length }) => length === 1);
      expect(heard.all).toEqual([1]);
    });

    it('closes a subscription when its handler has ended', async () => {
      const started = Promise.withResolvers<void>();
      const free = Promise.withResolvers<void>();
      const ends: string[] = [];
      await receive(async () => {
        started.resolve();
        await free.promise;
        ends.push('handler');
      });
      opened.agent.send('scheduler', report(1));
      await started.promise;
      const closed = Promise.all(subscriptions.map((subscription) => subscription.close())).then(() => ends.push('subscription'));
      free.resolve();
      await closed;
      expect(ends).toEqual(['handler', 'subscription']);
    });
  });
};
