import { describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, HostId, MailAddress, MailMessage } from '#libs/contracts';
import { PATIENCE } from '#libs/domain/fleet';
import { MemoryAttachments, MemoryEventLog, MemorySeals } from '#libs/event-log/memory';
import { Reactor } from '#libs/event-log/react';
import { Hearing } from './hearing.ts';
import { HostKeeper } from './host-keeper.ts';

const [one, two] = ['one', 'two'] as [HostId, HostId];
const capacity = { milliCpus: 4000, memoryBytes: 2 ** 32 };

interface Replica {
  readonly hearing: Hearing;
  readonly keeper: HostKeeper;
  readonly reactor: Reactor;
}

/** Two hosts and any number of schedulers: one of them gets the mail, as with a broker. */
class Stage {
  readonly clock = new ManualClock(1_000_000);
  readonly log = new MemoryEventLog(this.clock);
  readonly replicas: Replica[] = [];
  /** Who gets the mail; null while the broker is away, which keeps what is sent to it. */
  receiver: number | null = 0;
  readonly #ids = new CountingIds();
  #mail: MailMessage[] = [];

  static async of(count: number): Promise<Stage> {
    const stage = new Stage();
    const events = [one, two].map((host) => {
      const data = { host, tags: [], capacity, proxy: true };
      const event = { id: stage.#ids.event(), type: 'HostJoined', data, actor: 't', correlation: 't', causation: null } as AnyNewEvent;
      return { stream: 'hosts', event };
    });
    await stage.log.append([{ incarnation: 1, expected: { hosts: 0 }, events }]);
    for (let made = 0; made < count; made++) await stage.#add();
    return stage;
  }

  async #add(): Promise<void> {
    const { log, clock } = this;
    const ids = this.#ids;
    const mail = {
      send: (_to: MailAddress, message: MailMessage) => void this.#mail.push(message),
      receive: () => Promise.reject(new Error('')),
    };
    const report = (problem: string, cause: unknown): void => {
      throw new Error(problem, { cause });
    };
    const parts = { log, clock, ids, report, mail, seals: new MemorySeals(ids), attachments: new MemoryAttachments(clock) };
    const reactor = new Reactor({ ...parts, consumer: 'scheduler', due: () => [] });
    await reactor.start();
    const hearing = new Hearing(clock);
    const keeper = new HostKeeper({ ...parts, feed: { subscribe: () => Promise.reject(new Error('')) } }, reactor, hearing);
    keeper.start();
    this.replicas.push({ hearing, keeper, reactor });
  }

  /** So many seconds pass in which these hosts speak. */
  async pass(seconds: number, ...speaking: readonly HostId[]): Promise<this> {
    for (let second = 0; second < seconds; second++) {
      await this.#deliver(speaking);
      await this.#settle();
      this.clock.advance(1000);
      await this.#settle();
    }
    return this;
  }

  /** All of us stand still while time goes on: no timer fires, and what comes waits. */
  pause(ms: number): void {
    this.clock.advance(1);
    for (const { keeper } of this.replicas) void keeper.stop();
    this.clock.advance(ms);
    for (const { keeper } of this.replicas) keeper.start();
  }

  async said(): Promise<readonly string[]> {
    const events = await this.log.read({ stream: 'hosts', limit: 1000 });
    return events.slice(2).map(({ type, data }) => `${type} ${'host' in data ? data.host : ''}`.trim());
  }

  async #deliver(speaking: readonly HostId[]): Promise<void> {
    const replica = this.receiver === null ? undefined : this.replicas[this.receiver];
    if (!replica) return;
    const mail = this.#mail;
    this.#mail = [];
    for (const message of mail) if (message.type === 'Echo') replica.keeper.echoed(message);
    for (const host of speaking) replica.hearing.heard(host);
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    const { position } = await this.log.head();
    for (const { reactor } of this.replicas) await reactor.caughtUpTo(position);
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  }
}

const LOST_S = PATIENCE.lostMs / 1000;
const SUSPECT_S = PATIENCE.suspectMs / 1000;

describe('a keeper of hosts', () => {
  it('suspects a host that is silent while another one speaks, then loses it, once each', async () => {
    const stage = await Stage.of(1);
    await stage.pass(3, one, two);
    await stage.pass(LOST_S + 30, one);
    expect(await stage.said()).toEqual(['HostSuspected two', 'HostLost two']);
  });

  it('takes a suspicion back with the first word', async () => {
    const stage = await Stage.of(1);
    await (await stage.pass(3, one, two)).pass(SUSPECT_S + 3, one);
    await stage.pass(3, one, two);
    expect(await stage.said()).toEqual(['HostSuspected two', 'HostReturned two']);
  });

  it('says nothing of silence that was the broker’s', async () => {
    const stage = await Stage.of(1);
    await stage.pass(3, one, two);
    stage.receiver = null;
    await stage.pass(10 * LOST_S);
    stage.receiver = 0;
    await stage.pass(SUSPECT_S - 2);
    await stage.pass(10, one, two);
    expect(await stage.said()).toEqual([]);
  });

  it('says nothing of silence in which it stood still itself', async () => {
    const stage = await Stage.of(1);
    await stage.pass(3, one, two);
    stage.pause(10 * PATIENCE.lostMs);
    await stage.pass(SUSPECT_S - 2);
    await stage.pass(10, one, two);
    expect(await stage.said()).toEqual([]);
  });

  it('decides only while it gets the mail, and each loss is written once', async () => {
    const stage = await Stage.of(2);
    await stage.pass(3, one, two);
    await stage.pass(2 * LOST_S, one);
    expect(await stage.said()).toEqual(['HostSuspected two', 'HostLost two']);
  });

  it('of a replica that takes over listens to every host from the beginning', async () => {
    const stage = await Stage.of(2);
    await stage.pass(3, one, two);
    await stage.pass(LOST_S - 5, one);
    stage.receiver = 1;
    await stage.pass(LOST_S - 5, one);
    expect(await stage.said()).toEqual(['HostSuspected two']);
    await stage.pass(10, one);
    expect(await stage.said()).toEqual(['HostSuspected two', 'HostLost two']);
  });
});
