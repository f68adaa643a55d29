import { describe, expect, it } from 'vitest';
import { Mail } from '#libs/bus';
import { ManualClock } from '#libs/clock';
import type { HostHello, HostId, MailAddress, MailMessage, ReportedContainer } from '#libs/contracts';
import type { Level } from '#libs/domain/host';
import { Correspondence } from './correspondence.ts';

class SentMail extends Mail {
  readonly sent: MailMessage[] = [];

  send(_to: MailAddress, message: MailMessage): void {
    this.sent.push(message);
  }

  receive(): never {
    throw new Error('receive mail: not here');
  }
}

const capacity = { milliCpus: 1000, memoryBytes: 1000 };
const hello: HostHello = { type: 'HostHello', host: 'one' as HostId, runId: 'r1', tags: [], capacity, proxy: true, engine: 'docker' };
const session = { incarnation: 1, position: 7 };
const level = (state: string): Level => ({ containers: [{ container: 'a', state } as unknown as ReportedContainer], parts: [] });

const begin = () => {
  const mail = new SentMail();
  const clock = new ManualClock();
  const now = { level: level('running') };
  const memory = () => ({ heard: { incarnation: 1, position: 9 } });
  const correspondence = new Correspondence({ mail, clock, hello, memory, level: () => now.level });
  const speakAfter = (ms: number): readonly string[] => {
    const before = mail.sent.length;
    clock.advance(ms);
    correspondence.speak();
    return mail.sent.slice(before).map((message) => (message.type === 'HostReport' ? `${message.type} ${message.seq}` : message.type));
  };
  return { correspondence, speakAfter, now, mail, clock };
};

describe('Correspondence', () => {
  it('says hello each second until it is welcomed, whatever wakes it', () => {
    const { correspondence, speakAfter, mail } = begin();
    expect([speakAfter(0), speakAfter(300), speakAfter(700)]).toEqual([['HostHello'], [], ['HostHello']]);
    expect(mail.sent.at(-1)).toMatchObject({ heard: { position: 9 } });
    correspondence.welcomed('another run', session);
    expect(speakAfter(1000)).toEqual(['HostHello']);
    correspondence.welcomed('r1', session);
    expect(speakAfter(0)).toEqual(['HostReport 1']);
  });

  it('reports each second, and at once when something changed', () => {
    const { correspondence, speakAfter, now } = begin();
    correspondence.welcomed('r1', session);
    expect([speakAfter(1000), speakAfter(300)]).toEqual([['HostReport 1'], []]);
    now.level = level('exited');
    expect([speakAfter(1), speakAfter(1), speakAfter(1000)]).toEqual([['HostReport 2'], [], ['HostReport 3']]);
  });

  it('tells each change once to a scheduler that notices gaps, and what changed since the acknowledgement to an older one', () => {
    const told = [2, undefined].map((format) => {
      const { correspondence, speakAfter, now, mail } = begin();
      correspondence.welcomed('r1', session, undefined, format);
      speakAfter(1000);
      correspondence.acknowledged(session, 1);
      now.level = level('exited');
      for (let nth = 0; nth < 2; nth++) speakAfter(1000);
      return mail.sent.map((message) => message.type === 'HostReport' && [message.since, message.containers.length]);
    });
    expect(told).toEqual([
      [
        [undefined, 1],
        [1, 1],
        [2, 0],
      ],
      [
        [undefined, 1],
        [undefined, 1],
        [undefined, 1],
      ],
    ]);
  });

  it('tells everything in a new session, and goes on in the one it has', () => {
    const { correspondence, speakAfter, mail } = begin();
    correspondence.welcomed('r1', session);
    speakAfter(1000);
    correspondence.acknowledged(session, 1);
    correspondence.welcomed('r1', session);
    speakAfter(1000);
    correspondence.welcomed('r1', { ...session, position: 9 });
    speakAfter(1000);
    expect(mail.sent.map((message) => message.type === 'HostReport' && [message.session.position, message.seq, message.full])).toEqual([
      [7, 1, true],
      [7, 2, false],
      [9, 3, true],
    ]);
  });

  it('takes no acknowledgement from before it was disowned for one of what it told since', () => {
    const { correspondence, speakAfter, mail } = begin();
    correspondence.welcomed('r1', session);
    speakAfter(1000);
    correspondence.disowned();
    correspondence.welcomed('r1', session);
    speakAfter(1000);
    correspondence.acknowledged(session, 1);
    speakAfter(1000);
    const containers = mail.sent.map((message) => message.type === 'HostReport' && message.containers.length);
    expect(containers).toEqual([1, 1, 1]);
  });

  it('takes no acknowledgement of another session', () => {
    const { correspondence, speakAfter, mail } = begin();
    correspondence.welcomed('r1', session);
    speakAfter(1000);
    correspondence.acknowledged({ ...session, position: 1 }, 1);
    speakAfter(1000);
    expect(mail.sent.at(-1)).toMatchObject({ full: true });
  });

  it('says hello again when its session is not known', () => {
    const { correspondence, speakAfter } = begin();
    correspondence.welcomed('r1', session);
    speakAfter(1000);
    correspondence.disowned();
    expect(speakAfter(1000)).toEqual(['HostHello']);
  });

  it('holds its session from an acknowledged report on, for as long as a host may be silent', () => {
    const { correspondence, speakAfter, clock } = begin();
    correspondence.welcomed('r1', session, 5000);
    speakAfter(1000);
    expect(correspondence.held).toBeNull();
    clock.advance(2000);
    correspondence.acknowledged(session, 1);
    expect(correspondence.held).toEqual(session);
    // Counted from when the report left, not from its answer.
    clock.advance(3001);
    expect(correspondence.held).toBeNull();
  });

  it('does not hold a session by an answer that comes late, or one that it does not know', () => {
    const { correspondence, speakAfter, clock } = begin();
    correspondence.welcomed('r1', session, 5000);
    speakAfter(1000);
    clock.advance(6000);
    correspondence.acknowledged(session, 1);
    expect(correspondence.held).toBeNull();
    speakAfter(1000);
    correspondence.disowned();
    correspondence.acknowledged(session, 2);
    expect(correspondence.held).toBeNull();
  });
});
