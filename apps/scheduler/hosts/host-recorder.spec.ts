import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import {
  type AnyNewEvent,
  type EventData,
  type HostHello,
  type HostId,
  type HostReport,
  type MailAddress,
  type MailMessage,
  Transient,
} from '#libs/contracts';
import { REFUSED } from '#libs/domain/host';
import type { AppendItem, AppendResult, Head } from '#libs/event-log';
import { MemoryAttachments, MemoryEventLog, MemorySeals } from '#libs/event-log/memory';
import { Reactor } from '#libs/event-log/react';
import { containerOf, History } from '#libs/testing/history';
import { Hearing } from './hearing.ts';
import { HostRecorder } from './host-recorder.ts';

const capacity = { milliCpus: 4000, memoryBytes: 2 ** 32 };
const hello = (host: string, runId = 'run-1'): HostHello => ({
  ...{ type: 'HostHello', host: host as HostId, runId, tags: [], capacity, proxy: true, engine: '20.10' },
});

/** Notes how many items came in each call. */
class NotedLog extends MemoryEventLog {
  readonly calls: number[] = [];
  isAway = false;
  /** After the next append: up to this position it is kept. */
  losesAfter: number | null = null;

  override async head(): Promise<Head> {
    if (this.isAway) throw new Transient('it is away');
    return super.head();
  }

  override append(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    this.calls.push(items.length);
    return super.append(items).then((results) => {
      if (this.losesAfter !== null) this.loseAfter(this.losesAfter);
      this.losesAfter = null;
      return results;
    });
  }
}

class Stage {
  readonly clock = new ManualClock(1_000_000);
  readonly ids = new CountingIds();
  readonly log = new NotedLog(this.clock);
  readonly sent: MailMessage[] = [];
  readonly problems: unknown[] = [];
  readonly recorder: HostRecorder;
  readonly #reactor: Reactor;

  private constructor() {
    const { log, clock, ids, sent } = this;
    const report = (problem: string, cause: unknown): void => void this.problems.push([problem, String(cause)]);
    const mail = {
      send: (_to: MailAddress, message: MailMessage) => void sent.push(message),
      receive: () => Promise.reject(new Error('')),
    };
    const parts = { log, clock, ids, report, mail, seals: new MemorySeals(ids), attachments: new MemoryAttachments(clock) };
    this.#reactor = new Reactor({ ...parts, consumer: 'scheduler', due: () => [] });
    this.recorder = new HostRecorder(
      { ...parts, feed: { subscribe: () => Promise.reject(new Error('')) } },
      this.#reactor,
      new Hearing(clock),
    );
  }

  static async of(...hosts: readonly string[]): Promise<Stage> {
    const stage = new Stage();
    await stage.#reactor.start();
    for (const host of hosts) stage.recorder.take(hello(host));
    await stage.settled();
    return stage;
  }

  async settled(): Promise<void> {
    for (let i = 0; i < 60; i++) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    await this.settled();
    this.clock.advance(ms);
    await this.settled();
  }

  /** A report of the session that the host holds. */
  report(host: string, said: Partial<HostReport> = {}): HostReport {
    const session = this.#reactor.world.hosts.get(host as HostId)?.session?.generation ?? { incarnation: 1, position: 0 };
    return { type: 'HostReport', host: host as HostId, session, seq: 1, full: true, containers: [], parts: [], ...said };
  }

  stale(host: string): HostReport {
    return this.report(host, { session: { incarnation: 1, position: 0 } });
  }

  async told(history: History): Promise<void> {
    await this.toldOthers(history);
    await this.#reactor.take([]);
    this.log.calls.length = 0;
  }

  /** It is in the log, and this replica was not told of it yet. */
  async toldOthers(history: History): Promise<void> {
    for (const { stream, type, data } of history.events) {
      const expected = { [stream]: (await this.log.readStream(stream)).length };
      const event = { id: this.ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      await this.log.append([{ incarnation: 1, expected, events: [{ stream, event }] }]);
    }
  }

  async refused(host: string): Promise<readonly (EventData<'ReportsRefused'> & { readonly at: number })[]> {
    const events = await this.log.readStream(`host/${host}`);
    return events.flatMap((event) => (event.type === 'ReportsRefused' ? [{ ...event.data, at: event.at }] : []));
  }

  async reasons(host: string): Promise<readonly string[]> {
    return (await this.refused(host)).flatMap(({ counts }) => counts.map(({ reason }) => reason));
  }
}

const seen = (container: string, more: object = {}) => ({
  ...{ container, stack: 'shop', state: 'running', run: 'r1', engineId: 'e1', image: 'i1', address: '10.64.0.2' },
  ...{ health: 'healthy', healthBy: 'port', exitCode: null, oom: false, message: '', output: null, drained: false },
  ...more,
});

describe('what is refused', () => {
  it('is a report of another session, of a container placed elsewhere, and what has no form', async () => {
    const stage = await Stage.of('a', 'b');
    stage.recorder.take(stage.stale('a'));
    await stage.pass(60_000);
    stage.recorder.take(stage.report('a', { containers: [seen('x') as never] }));
    await stage.pass(60_000);
    stage.recorder.take({ ...stage.report('a'), containers: 'all of them' });
    await stage.pass(60_000);
    expect(await stage.reasons('a')).toEqual([REFUSED.stale, REFUSED.misplaced, REFUSED.malformed]);
    expect(await stage.reasons('b')).toEqual([]);
    expect(stage.problems).toEqual([]);
  });

  it('is not a container that another replica placed just now: what is acknowledged is in the log', async () => {
    const stage = await Stage.of('a');
    await stage.toldOthers(new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']));
    stage.recorder.take(stage.report('a', { containers: [seen(containerOf('shop', 1, 'web', 1)) as never] }));
    await stage.pass(60_000);
    expect((await stage.log.readStream('host/a')).map(({ type }) => type)).toEqual([
      'HostConnected',
      'ContainerStarted',
      'ContainerHealthy',
    ]);
    expect(stage.sent.filter(({ type }) => type === 'ReportAcknowledged')).toHaveLength(1);
  });

  it('is not acknowledged with the sign of life that follows it either, before the log was read to its head', async () => {
    const stage = await Stage.of('a');
    await stage.toldOthers(new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']));
    stage.log.isAway = true;
    stage.recorder.take(stage.report('a', { containers: [seen(containerOf('shop', 1, 'web', 1)) as never] }));
    await stage.settled();
    stage.recorder.take(stage.report('a', { seq: 2, full: false, since: 1 }));
    await stage.settled();
    expect(stage.sent.filter(({ type }) => type === 'ReportAcknowledged')).toEqual([]);
    stage.log.isAway = false;
    stage.recorder.take(stage.report('a', { seq: 3, full: false, since: 2 }));
    await stage.settled();
    expect(stage.sent.filter(({ type }) => type === 'ReportAcknowledged')).toMatchObject([{ seq: 3 }]);
    expect((await stage.log.readStream('host/a')).map(({ type }) => type)).toContain('ContainerStarted');
  });

  it('is not written twice when the log loses it together with the placement', async () => {
    const stage = await Stage.of('a');
    const { position } = await stage.log.head();
    await stage.told(new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']));
    stage.log.losesAfter = position;
    stage.recorder.take(stage.report('a', { containers: [seen(containerOf('shop', 1, 'web', 1)) as never] }));
    await stage.settled();
    expect((await stage.log.readStream('host/a')).map(({ type }) => type)).toEqual(['HostConnected']);
    expect(stage.sent.filter(({ type }) => type === 'ReportAcknowledged')).toEqual([]);
  });

  it('is a report that builds on one which never came: a hello is asked for', async () => {
    const stage = await Stage.of('a');
    stage.recorder.take(stage.report('a'));
    await stage.settled();
    stage.recorder.take(stage.report('a', { seq: 3, full: false, since: 2 }));
    await stage.settled();
    expect(stage.sent.at(-1)).toEqual({ type: 'HelloWanted', host: 'a' });
    expect(await stage.reasons('a')).toEqual([]);
  });

  it('is what no event can hold, and the report after it is taken', async () => {
    const stage = await Stage.of('a');
    await stage.told(new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']));
    const container = containerOf('shop', 1, 'web', 1);
    stage.recorder.take(stage.report('a', { containers: [seen(container, { address: 'nowhere' }) as never] }));
    await stage.settled();
    expect(await stage.reasons('a')).toEqual([REFUSED.unwritable]);
    stage.recorder.take(stage.report('a', { seq: 2, containers: [seen(container) as never] }));
    await stage.settled();
    expect((await stage.log.readStream('host/a')).map(({ type }) => type)).toContain('ContainerStarted');
    expect(stage.sent.at(-1)).toMatchObject({ type: 'ReportAcknowledged', seq: 2 });
  });

  it('leaves no word of a host that never joined', async () => {
    const stage = await Stage.of('a');
    stage.recorder.take(stage.stale('stranger'));
    stage.recorder.take({ type: 'HostReport', host: '../etc' });
    await stage.settled();
    expect(await stage.log.readStream('host/stranger')).toEqual([]);
    expect((await stage.log.head()).position).toBe(2);
  });
});

describe('a second agent', () => {
  it('does not take the session from one that speaks, and is named', async () => {
    const stage = await Stage.of('a');
    stage.recorder.take(hello('a', 'run-2'));
    await stage.settled();
    const { position } = await stage.log.head();
    for (let i = 0; i < 100; i++) {
      stage.recorder.take(hello('a', 'run-1'));
      stage.recorder.take(stage.report('a', { seq: i }));
      await stage.pass(1000);
    }
    expect(await stage.reasons('a')).toEqual([REFUSED.second, REFUSED.second]);
    expect((await stage.log.head()).position).toBe(position + 2);
  });

  it('gets the host back when the other one fell silent', async () => {
    const stage = await Stage.of('a');
    stage.recorder.take(hello('a', 'run-2'));
    await stage.pass(10_001);
    stage.recorder.take(hello('a', 'run-1'));
    await stage.settled();
    expect(stage.sent.at(-1)).toMatchObject({ type: 'HostWelcome', runId: 'run-1' });
  });
});

describe('a hello that remembers more than the log', () => {
  it('raises the incarnation, and the host is greeted in the new one', async () => {
    const stage = await Stage.of('a');
    stage.recorder.take({ ...hello('b'), heard: { incarnation: 1, position: 500 } });
    await stage.settled();
    expect(stage.sent.at(-1)).toMatchObject({ type: 'HostWelcome', host: 'b', session: { incarnation: 2 } });
    stage.recorder.take({ ...hello('b', 'run-2'), heard: { incarnation: 2, position: 500 } });
    await stage.settled();
    expect(await stage.reasons('b')).toEqual([REFUSED.future]);
  });
});

describe('reports of many hosts', () => {
  it('go into one append, an item a host, while hosts that join share one', async () => {
    const hosts = Array.from({ length: 20 }, (_, index) => `h${index}`);
    const stage = await Stage.of(...hosts);
    expect(stage.log.calls).toEqual([1]);
    await stage.told(new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', hosts));
    for (const [index, host] of hosts.entries())
      stage.recorder.take(stage.report(host, { containers: [seen(containerOf('shop', 1, 'web', index + 1)) as never] }));
    await stage.settled();
    expect(stage.log.calls).toEqual([20]);
    expect(stage.sent.filter(({ type }) => type === 'ReportAcknowledged')).toHaveLength(20);
  });

  it('that have more to say than one append takes in good time go into several', async () => {
    const hosts = Array.from({ length: 6 }, (_, index) => `h${index}`);
    const stage = await Stage.of(...hosts);
    const each = 500;
    const places = hosts.flatMap((host) => Array.from({ length: each }, () => host));
    await stage.told(new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', places));
    for (const [index, host] of hosts.entries()) {
      const containers = Array.from({ length: each }, (_, nth) => seen(containerOf('shop', 1, 'web', index * each + nth + 1)) as never);
      stage.recorder.take(stage.report(host, { containers }));
    }
    await stage.settled();
    expect(stage.log.calls).toEqual([5, 1]);
    expect(stage.sent.filter(({ type }) => type === 'ReportAcknowledged')).toHaveLength(6);
  });
});

it('says at most once a minute a host what it refused, and forgets none of it', async () => {
  const host = fc.constantFrom('a', 'b');
  const kind = fc.constantFrom('stale', 'malformed', 'misplaced', 'forged');
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ host, kind, ms: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ host: fc.constant(''), kind, ms: fc.integer({ min: 1, max: 100_000 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const stage = await Stage.of('a', 'b');
      const sent: Record<string, number> = { a: 0, b: 0 };
      for (const { host: from, kind: what, ms } of steps) {
        if (ms > 0) await stage.pass(ms);
        else {
          sent[from] = (sent[from] ?? 0) + 1;
          if (what === 'forged') {
            stage.recorder.refuse(from, 'forged');
            continue;
          }
          const odd = stage.report(from, { containers: [seen('x') as never] });
          stage.recorder.take(what === 'stale' ? stage.stale(from) : what === 'malformed' ? { ...odd, seq: 'x' } : odd);
        }
      }
      for (let i = 0; i < 3; i++) await stage.pass(60_000);
      for (const from of ['a', 'b']) {
        const events = await stage.refused(from);
        const counts = events.flatMap((event) => event.counts.map(({ count }) => count));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sent[from]);
        events.slice(1).forEach((event, index) => {
          expect(event.at - (events[index]?.at ?? 0)).toBeGreaterThanOrEqual(60_000);
        });
      }
    }),
    { numRuns: 60 },
  );
});
